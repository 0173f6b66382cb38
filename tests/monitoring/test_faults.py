"""Injected faults: each is found under its right name in one run, and nothing else is raised."""

from __future__ import annotations

import random

import pytest

from tests.monitoring.faults import FAULTS, Fault, known_model
from tests.monitoring.generated_mails import generated_mails
from tests.monitoring.profiles.rows import SCHEMA
from tests.monitoring.simulation import Simulation, drawn, hash_of
from triage.config import load_settings
from triage.monitoring.alerts.rules.load import load_alert_rules
from triage.monitoring.registry import metric_of

NIGHTS, MAILS = 14, 600


@pytest.fixture(scope="module")
def undisturbed() -> Simulation:
    """Two weeks of nights without a fault."""
    settings = load_settings(())
    simulation = Simulation(settings, load_alert_rules(settings), SCHEMA, model=known_model())
    raised = [simulation.run(drawn(generated_mails(), MAILS, night))[1] for night in range(NIGHTS)]
    assert [alert.rule for alerts in raised for alert in alerts] == []
    return simulation


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.alert)
def test_a_fault_is_found_under_its_name_and_nothing_else_is_raised(undisturbed: Simulation, fault: Fault) -> None:
    night = undisturbed.again()
    night.model = fault.model or night.model
    mails = fault.change(drawn(generated_mails(), MAILS, seed=99), random.Random(5))

    watched, alerts = night.run(mails, counts=fault.counts)

    assert [alert.rule for alert in alerts] == [fault.alert]
    assert watched.measured.failed == ()
    names = {one.metric for one in watched.measurements}
    assert {name for name in names if not ((metric := metric_of(name)) and metric.has(name))} == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dead_source", "volume_doubled"])
def test_after_four_weeks_of_twelve_sources_a_fault_is_found_as_well(name: str) -> None:
    """When each weekday has its own runs, but few of them."""
    settings = load_settings(())
    lists = [mail | {"source": f"/exports/{hash_of(mail) % 12}"} for mail in generated_mails()]
    series = Simulation(settings, load_alert_rules(settings), SCHEMA, model=known_model())
    quiet = [series.run(drawn(lists, MAILS, night))[1] for night in range(28)]
    assert [alert.rule for alerts in quiet for alert in alerts] == []

    fault = next(fault for fault in FAULTS if fault.alert == name)
    _, alerts = series.run(fault.change(drawn(lists, MAILS, seed=99), random.Random(5)))
    assert [alert.rule for alert in alerts] == [name]


def test_the_night_after_says_once_that_it_is_resolved(undisturbed: Simulation) -> None:
    night = undisturbed.again()
    night.run(FAULTS[0].change(drawn(generated_mails(), MAILS, seed=99), random.Random(5)))

    states = []
    for seed in (100, 101):
        watched, _ = night.run(drawn(generated_mails(), MAILS, seed))
        states.append([(alert.rule, alert.state) for alert in watched.notified.alerts if alert.is_news])

    assert states == [[("dead_source", "resolved")], []]

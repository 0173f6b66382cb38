"""What is told over several runs: raised, open, silenced, over the budget, resolved."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monitoring.alerts.builders import HOUR, Runs, failed, gates, models, news, rule, rules_of, states
from triage.config import Settings
from triage.monitoring.alerts.evaluation import evaluate
from triage.monitoring.alerts.rules.load import AlertRules, load_alert_rules
from triage.monitoring.measurement import Measurement

DAY = timedelta(days=1)
BY_METRIC = "by: metric"


@pytest.fixture
def gate(tmp_path: Path) -> Runs:
    """Runs under one rule."""
    return Runs(rules_of(tmp_path, rule("gate", when="{low: {min: 1}}"), remind_hours=48, unknown_days=3))


def test_an_alert_is_sent_once_and_its_end_once(gate: Runs) -> None:
    told = [gate.run(gates(value, low=value)) for value in (0, 1, 1, 0, 0, 1)]
    assert [states(alerts).get("gate") for alerts in told] == [None, "raised", "open", "resolved", None, "raised"]
    assert [len(news(alerts)) for alerts in told] == [0, 1, 0, 1, 0, 1]
    assert told[3][0].sentence.startswith("It is over: ")


def test_since_is_when_it_was_first_raised(gate: Runs) -> None:
    [first] = gate.run(gates(1, low=1))
    [second] = gate.run(gates(1, low=1))
    [end] = gate.run(gates(0, low=0))
    [again] = gate.run(gates(1, low=1))
    assert first.since == second.since == end.since == first.raised_at
    assert again.since == again.raised_at


def test_an_open_alert_is_sent_again_after_some_hours_and_only_then(gate: Runs) -> None:
    told = [gate.run(gates(1, low=1), later=timedelta(hours=20)) for _ in range(8)]
    assert [states(alerts)["gate"] for alerts in told] == [
        "raised", "open", "open", "raised", "open", "open", "raised", "open",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "unknown",
    [[], [gates(None)], [gates(0.0)], [models(0.0, low=0.0)]],
    ids=["not measured", "no value", "no bound", "only another metric"],
)
def test_what_is_not_known_resolves_nothing_until_days_have_passed(gate: Runs, unknown: list[object]) -> None:
    gate.run(gates(1, low=1))
    states_now = [states(gate.run(*unknown, later=DAY))["gate"] for _ in range(4)]  # type: ignore[arg-type]
    assert states_now == ["open", "open", "open", "resolved"]
    assert gate.rows[-1]["sentence"].startswith("It has not been measured for long: ")


def test_an_alert_of_a_rule_that_is_gone_ends_without_a_word(gate: Runs, tmp_path: Path) -> None:
    gate.run(gates(1, low=1))
    gate.rules = rules_of(tmp_path, rule("other"))
    ended = gate.run(gates(0, low=0))
    assert states(ended) == {"gate": "resolved"} and news(ended) == []


def test_a_figure_near_its_limit_is_raised_once(tmp_path: Path) -> None:
    runs = Runs(rules_of(tmp_path, rule("gate", more="resolve_hours: 3")))
    told = [states(runs.run(gates(value)))["gate"] for value in (1, 0, 1, 0, 0, 0)]
    assert told == ["raised", "open", "open", "open", "open", "resolved"]


def test_what_a_rule_asks_for_its_end_keeps_its_alert_open_and_reminds_of_it(tmp_path: Path) -> None:
    more = "resolved_when: {value: {max: 0}}, sentence: '{value} of usually {usual}'"
    runs = Runs(rules_of(tmp_path, rule("gate", when="{ratio: {min: 2}}", more=more), remind_hours=3))
    told = [
        runs.run(gates(value, usual=usual))
        for value, usual in ((3, 1), (3, 3), (3, None), (None, 1), (2, 2), (0, 2), (3, 3))
    ]
    assert [states(alerts).get("gate") for alerts in told] == [
        "raised", "open", "open", "open", "raised", "resolved", None,
    ]  # fmt: skip
    assert {alert.sentence for alerts in told[:5] for alert in alerts} == {"3 of usually 1"}
    assert told[4][0].held_at == told[4][0].raised_at, "it still lasts"


def test_a_rising_severity_is_sent_and_a_falling_one_is_not(tmp_path: Path) -> None:
    runs = Runs(rules_of(tmp_path, rule("gate", more="critical_when: {value: {min: 5}}")))
    told = [runs.run(gates(value)) for value in (1, 4, 5, 9, 1, 1)]
    assert [alerts[0].severity for alerts in told] == [
        "warning", "warning", "critical", "critical", "warning", "warning",
    ]  # fmt: skip
    assert [bool(news(alerts)) for alerts in told] == [True, False, True, False, False, False]


def test_alerts_are_ranked_by_what_ignoring_them_costs(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path,
        rule("cheap", more="cost: {a_day: 5}, severity: critical"),
        rule("fixed", metric="model_refused", more="cost: {a_day: 300}"),
        rule("by_mails", metric="metric_failed", more=f"cost: {{a_day: 1, per_mail: 2}}, {BY_METRIC}"),
    )
    alerts = Runs(rules).run(gates(1), models(1), *failed("volume", mails=200))
    assert [(alert.rule, alert.cost) for alert in alerts] == [("by_mails", 401.0), ("fixed", 300.0), ("cheap", 5.0)]


def test_the_figures_stand_in_the_sentence(tmp_path: Path) -> None:
    sentence = (
        "sentence: 'Of {where}: {value} of usually {usual} ({ratio} times, {change} more, {low} to {high}), {of}'"
    )
    rules = rules_of(tmp_path, rule("gate", more=sentence))
    [alert] = Runs(rules).run(gates(3, usual=1.5, low=None, high=4.25, mails=7))
    assert alert.sentence == "Of all mails: 3 of usually 1.5 (2 times, 1.5 more, unknown to 4.25), all"


def test_words_of_the_run_stand_in_the_sentence(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, rule("gate", more="sentence: 'Failed: {detail}.'"))
    [alert] = evaluate(rules, [gates(1)], [], Runs(rules).now, {"gate_failed": "unique(mail_key)"})
    assert alert.sentence == "Failed: unique(mail_key)."


def test_the_name_of_a_slice_cannot_break_a_line(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, rule("m", metric="metric_failed", more=f"{BY_METRIC}, sentence: 'No {{slice}}'"))
    [alert] = Runs(rules).run(*failed("a\r\nBcc: x\x1b[2J\u2028" + "y" * 500))
    assert alert.sentence.isprintable() and len(alert.sentence) < 100


# one alert for one cause


def test_what_a_cause_explains_is_folded_into_it(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path,
        rule("cause", more="folds: [middle]"),
        rule("middle", metric="model_refused", more="folds: [leaf], cost: {a_day: 99}"),
        rule("leaf", metric="metric_failed", more=f"{BY_METRIC}, severity: critical"),
    )
    [alert] = Runs(rules).run(gates(1), models(1), *failed("volume"))
    assert (alert.rule, alert.folded) == ("cause", ("middle", "leaf (metric volume)"))
    assert alert.cost == 99.0 and alert.severity == "critical"
    assert alert.sentence.endswith("It explains middle, leaf (metric volume).")


def test_what_a_cause_explains_is_printable(tmp_path: Path) -> None:
    cause = rule("cause", more="folds: [leaf]")
    rules = rules_of(tmp_path, cause, rule("leaf", metric="metric_failed", more="by: metric"))
    [alert] = Runs(rules).run(gates(1), *failed("a\x1b[2J\nforged: line" + "y" * 500))
    assert alert.sentence.isprintable() and len(alert.sentence) < 200
    assert "It explains leaf (metric a [2J forged: line" in alert.sentence


def test_without_its_cause_a_folded_rule_is_raised_itself(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, rule("cause", more="folds: [leaf]"), rule("leaf", metric="model_refused"))
    runs = Runs(rules)
    assert news(runs.run(gates(1), models(1))) == ["cause"]
    assert states(runs.run(gates(1), models(1))) == {"cause": "open"}
    assert states(runs.run(gates(0), models(1))) == {"cause": "resolved", "leaf": "raised"}


def test_a_cause_that_stays_open_hides_nothing_that_comes_later(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, rule("cause", more="folds: [leaf]"), rule("leaf", metric="model_refused"))
    runs = Runs(rules)
    runs.run(gates(1), models(0))
    assert news(runs.run(gates(1), models(1))) == ["leaf"]


def test_what_comes_and_goes_under_an_open_cause_is_not_news(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, rule("cause", more="folds: [leaf]"), rule("leaf", metric="model_refused"))
    runs = Runs(rules)
    told = [news(runs.run(gates(1), models(value))) for value in (1, 0, 1, 0, 1)]
    assert told == [["cause"], [], [], [], []]


def test_slices_of_one_rule_are_one_alert_and_a_later_one_is_another(tmp_path: Path) -> None:
    runs = Runs(rules_of(tmp_path, rule("m", metric="metric_failed", more=f"{BY_METRIC}, cost: {{per_mail: 1}}")))
    [first] = runs.run(*failed("volume", mails=1), *failed("drift", mails=5))
    assert (first.slice, first.folded) == ("drift", ("m (metric volume)",))
    assert first.sentence.endswith("The same holds for metric volume.")
    later = runs.run(*failed("volume", mails=1), *failed("drift", mails=5), *failed("energy", mails=2))
    assert states(later) == {"m drift": "open", "m energy": "raised"}


def _dead_and_garbled(folder: Path) -> Runs:
    rules = rules_of(
        folder,
        rule("dead", metric="volume", when="{value: {max: 0}}", more="by: source, folds: [garbled], cost: {a_day: 99}"),
        rule("garbled", metric="validity", when="{value: {max: 0.8}}", more="by: [run, source]"),
    )
    return Runs(rules)


def _readable(value: float, source: str) -> Measurement:
    return Measurement("validity.body_not_garbled", value, "source" if source else "run", source)


@pytest.mark.parametrize(
    ("garbled", "raised"),
    [
        (["a"], {"dead a": ("garbled (source a)",)}),
        ([""], {"dead a": ("garbled",)}),
        (["b"], {"dead a": (), "garbled b": ()}),
        (["", "b"], {"dead a": ("garbled",), "garbled b": ()}),
    ],
    ids=["the same source", "all mails", "another source", "another source, which shows in all mails"],
)
def test_a_cause_in_one_source_explains_nothing_in_another(
    tmp_path: Path, garbled: list[str], raised: dict[str, tuple[str, ...]]
) -> None:
    alerts = _dead_and_garbled(tmp_path).run(
        Measurement("volume", 0.0, "source", "a"), *(_readable(0.6, source) for source in garbled)
    )
    assert {f"{alert.rule} {alert.slice}".strip(): alert.folded for alert in alerts} == raised


def test_faults_of_three_sources_are_three_alerts() -> None:
    rules = load_alert_rules(Settings())
    below: dict[str, Any] = {"low": 0.5, "high": 0.65, "usual": 1.0, "mails": 200}
    alerts = Runs(rules).run(
        Measurement("volume", 0.0, "source", "a", 0.0, 2.0, 200.0),
        Measurement("validity.body_not_garbled", 0.6, "source", "b", **below),
        Measurement("completeness.subject", 0.5, "source", "c", **below),
    )
    assert {(alert.rule, alert.slice) for alert in alerts} == {
        ("dead_source", "a"), ("garbled_text", "b"), ("subjects_missing", "c"),
    }  # fmt: skip


# silences


def silenced(folder: Path, until: str, *, slice_: str = "") -> AlertRules:
    of = f", slice: {slice_}" if slice_ else ""
    silence = f"silences: [{{rule: m, until: {until}, reason: it is known{of}}}]\n"
    return rules_of(folder, rule("m", metric="metric_failed", more=BY_METRIC), rest=silence)


def test_a_silence_holds_to_the_end_of_its_last_day_and_its_end_is_said_once(tmp_path: Path) -> None:
    runs = Runs(silenced(tmp_path, "2026-03-02"))
    told = [runs.run(*failed("volume"), later=timedelta(hours=h)) for h in (1, 10, 1, 1, 24)]
    assert [states(alerts).get("m volume") for alerts in told] == ["silenced", "silenced", "raised", "open", "open"]
    assert [news(alerts) for alerts in told] == [[], [], ["m", "silence_ended"], [], []]
    [said] = [row["sentence"] for row in runs.rows if row["rule"] == "silence_ended"]
    assert "The silence of m has ended on 2026-03-02" in said


@pytest.mark.parametrize(("until", "state"), [("9999-12-31", "silenced"), ("0001-01-01", "raised")])
def test_a_silence_may_end_on_any_day(tmp_path: Path, until: str, state: str) -> None:
    alerts = Runs(silenced(tmp_path, until)).run(*failed("volume"))
    assert states(alerts) == {"m volume": state}


def test_a_silence_of_one_slice_hides_no_other(tmp_path: Path) -> None:
    runs = Runs(silenced(tmp_path, "2026-04-01", slice_="volume"))
    alerts = runs.run(*failed("volume", mails=99), *failed("drift"))
    assert states(alerts) == {"m volume": "silenced", "m drift": "raised"}


def test_an_alert_that_ends_in_its_silence_is_not_told(tmp_path: Path) -> None:
    runs = Runs(silenced(tmp_path, "2026-04-01"))
    runs.run(*failed("volume"))
    ended = runs.run(*failed("volume", value=0.0))
    assert states(ended) == {"m volume": "resolved"} and news(ended) == []


def test_a_silence_that_ended_long_ago_is_not_mentioned(tmp_path: Path) -> None:
    assert Runs(silenced(tmp_path, "2026-01-15")).run(*failed("volume", value=0.0)) == []


# the budget


def test_beyond_the_budget_the_cheapest_wait_and_critical_ones_go(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path,
        rule("cheap", more="cost: {a_day: 1}"),
        rule("dear", metric="model_refused", more="cost: {a_day: 9}"),
        rule("grave", metric="metric_failed", more=f"{BY_METRIC}, severity: critical, cost: {{a_day: 5}}"),
        budget_a_day=1,
    )
    runs = Runs(rules)
    every = (gates(1), models(1), *failed("volume"))
    assert states(runs.run(*every)) == {"dear": "raised", "grave volume": "raised", "cheap": "over_budget"}
    assert states(runs.run(*every, later=23 * HOUR))["cheap"] == "over_budget"
    assert states(runs.run(*every, later=2 * HOUR))["cheap"] == "raised"


def test_what_was_never_sent_ends_without_a_word(tmp_path: Path) -> None:
    runs = Runs(rules_of(tmp_path, rule("gate"), budget_a_day=0))
    assert states(runs.run(gates(1))) == {"gate": "over_budget"}
    ended = runs.run(gates(0))
    assert states(ended) == {"gate": "resolved"} and news(ended) == []


@given(st.lists(st.lists(st.sampled_from([0.0, 1.0, None]), min_size=3, max_size=3), min_size=1, max_size=12))
def test_whatever_happens_each_slice_is_told_by_turns_of_start_and_end(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[float | None]]
) -> None:
    """Never two starts without an end between them, no end without a start, and no end that nobody saw."""
    rules = rules_of(
        tmp_path_factory.mktemp("rules"),
        rule("cause", more="folds: [leaf]"),
        rule("leaf", metric="model_refused"),
        rule("m", metric="metric_failed", more=BY_METRIC),
        remind_hours=1000,
        budget_a_day=1000,
    )
    lake = Runs(rules)
    told: dict[str, str] = {}
    for gate_value, model_value, metric_value in runs:
        values = {"cause": gate_value, "leaf": model_value, "m": metric_value}
        one = [] if metric_value is None else failed("volume", value=metric_value)
        for alert in lake.run(gates(gate_value), models(model_value), *one):
            if alert.is_news:
                assert told.get(alert.rule) != alert.state
                assert alert.state == "raised" or told[alert.rule] == "raised"
                assert values[alert.rule] == (1.0 if alert.state == "raised" else 0.0)
                told[alert.rule] = alert.state

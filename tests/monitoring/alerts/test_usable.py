"""Alert files with faults: each fault is told, and no more is left out than is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.alerts.builders import HOUR, NOON, Runs, gates, rule, rules_from, states
from tests.monitoring.alerts.test_rules import FAULTS
from triage.config import AlertSettings, Settings
from triage.errors import ConfigError
from triage.monitoring.alerts.evaluation import evaluate
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.alerts.rules.usable import usable_alert_rules
from triage.monitoring.measurement import Measurement

BUILT_IN = "alert_rules_refused"
GOOD = rule("good", metric="model_refused")


def usable(folder: Path, text: str) -> AlertRules:
    (folder / "alerts.yaml").write_text(text, "utf-8")
    return usable_alert_rules(Settings(alerts=AlertSettings(rules=str(folder / "alerts.yaml"))))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_as_the_check_tells_it_and_other_rules_hold(name: str, tmp_path: Path) -> None:
    text = f"rules:\n{GOOD}{FAULTS[name][0]}"
    with pytest.raises(ConfigError) as fault:
        rules_from(tmp_path, text)
    rules = usable(tmp_path, text)
    assert rules.refused == (str(fault.value),)
    assert {"good", BUILT_IN} <= rules.rules.keys() and rules.sinks != ()


KEPT = {
    "a rule on an unknown metric": (rule("a", metric="x"), {"good"}),
    "a rule that folds one that is left out": (rule("a", metric="x") + rule("b", more="folds: [a]"), {"good", "b"}),
    "the second rule of a name": (rule("a") + rule("a", metric="sink_failed", more="by: sink"), {"good", "a"}),
    "the name of the built-in rule": (rule(BUILT_IN, when="{value: {min: 99}}"), {"good"}),
    "an entry that is no mapping": ("  - a\n", {"good"}),
    "a circle": (rule("a", more="folds: [b]") + rule("b", more="folds: [a]"), {"good", "a", "b"}),
    "a silence of a rule that is left out": (
        rule("a", metric="x") + "silences: [{rule: a, until: 2026-01-01, reason: x}]\n",
        {"good"},
    ),
    "an unknown key": (rule("a") + "ruls: []\n", {"good", "a"}),
    "silences that are no list": (rule("a") + "silences: none\n", {"good", "a"}),
}


@pytest.mark.parametrize("name", KEPT)
def test_no_more_is_left_out_than_is_wrong(name: str, tmp_path: Path) -> None:
    text, kept = KEPT[name]
    rules = usable(tmp_path, f"rules:\n{GOOD}{text}")
    assert rules.rules.keys() == kept | {BUILT_IN} and len(rules.refused) == 1


def test_all_faults_are_told(tmp_path: Path) -> None:
    rules = usable(tmp_path, f"rules:\n{rule('a', metric='x')}{rule('b', when='{y: 1}')}sinks: [{{kind: z}}]\n")
    assert ["no metric 'x'" in rules.refused[0], "no figure 'y'" in rules.refused[1]] == [True, True]
    assert "no kind of sink 'z'" in rules.refused[2]
    assert [sink.kind for sink in rules.sinks] == ["stdout"]


@pytest.mark.parametrize("text", ["rules: [", "- a", "", "rules: &a [*a]", None], ids=repr)
def test_a_file_that_cannot_be_read_leaves_the_built_in_rule(text: str | None, tmp_path: Path) -> None:
    if text is None:
        rules = usable_alert_rules(Settings(alerts=AlertSettings(rules=str(tmp_path))))
    else:
        rules = usable(tmp_path, text)
    assert rules.rules.keys() == {BUILT_IN} and len(rules.refused) == 1
    assert [sink.kind for sink in rules.sinks] == ["stdout"]


def test_a_right_file_is_refused_nothing(tmp_path: Path) -> None:
    assert usable(tmp_path, f"rules:\n{GOOD}").refused == ()


def test_what_is_left_out_is_an_alert_that_no_budget_stops(tmp_path: Path) -> None:
    file = tmp_path / "alerts.yaml"
    file.write_text(f"rules:\n{rule('a', metric='x')}", "utf-8")
    rules = usable_alert_rules(Settings(alerts=AlertSettings(rules=str(file), budget_a_day=0)))
    [alert] = evaluate(rules, [Measurement(BUILT_IN, 1.0)], [], NOON, {BUILT_IN: " ".join(rules.refused)})
    assert (alert.rule, alert.state, alert.runbook) == (BUILT_IN, "raised", f"docs/runbook/{BUILT_IN}.md")
    assert f"There is no metric 'x'. [{file}, rule a]" in alert.sentence


def test_an_open_alert_stays_while_its_rule_is_left_out(tmp_path: Path) -> None:
    runs = Runs(usable(tmp_path, f"rules:\n{rule('a')}"))
    assert states(runs.run(gates(1))) == {"a": "raised"}
    runs.rules = usable(tmp_path, f"rules:\n{rule('a', metric='x')}")
    assert states(runs.run(gates(1), Measurement(BUILT_IN, 1.0))) == {BUILT_IN: "raised", "a": "open"}
    runs.rules = usable(tmp_path, f"rules:\n{rule('a')}")
    assert states(runs.run(gates(1), Measurement(BUILT_IN, 0.0), later=HOUR)) == {"a": "open", BUILT_IN: "resolved"}

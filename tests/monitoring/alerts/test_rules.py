"""Loading of alert files: what is accepted, and each fault with its place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.alerts.builders import rule, rules_from, rules_of
from triage.config import AlertSettings, Settings, load_settings
from triage.errors import ConfigError
from triage.monitoring.alerts.rules.load import load_alert_rules

FAULTS = {
    "unknown metric": (rule("a", metric="gate_faild"), "rule a", "no metric 'gate_faild'", "gate_failed"),
    "a dot of no metric": (rule("a", metric="gates.x"), "rule a", "no metric 'gates.x'", ""),
    "unknown part": (rule("a", metric="drift.lable"), "rule a", "no part 'drift.lable'", "drift.label"),
    "unknown column": (rule("a", metric="completeness.subjct"), "rule a", "no part", "completeness.subject"),
    "unknown objective": (rule("a", metric="burn_rate.jbs"), "rule a", "no part 'burn_rate.jbs'", "burn_rate.jobs"),
    "a part of what has none": (rule("a", metric="lateness.x"), "rule a", "no part 'lateness.x'", "lateness"),
    "unknown note": (rule("a", metric="drift", when="{note: alrt}"), "rule a", "no note 'alrt'", "alert"),
    "slice that is not measured": (rule("a", more="by: langage"), "rule a", "not measured by 'langage'", "run"),
    "unknown figure": (rule("a", when="{valu: {min: 1}}"), "rule a", "no figure 'valu'", "value"),
    "unknown operator": (rule("a", when="{value: {mim: 1}}"), "rule a", "no operator 'mim'", "min"),
    "number that is a text": (rule("a", when="{value: {min: high}}"), "rule a", "needs numbers", "bounds included"),
    "unknown figure of its end": (rule("a", more="resolved_when: {valu: {min: 1}}"), "rule a", "no figure 'valu'", ""),
    "empty range": (rule("a", when="{value: {min: 2, max: 1}}"), "rule a", "No value can meet", "min must not exceed"),
    "unknown folded rule": (rule("a", more="folds: [bb]") + rule("b"), "rule a", "no rule 'bb'", "Did you mean b?"),
    "folds itself": (rule("a", more="folds: [a]"), "rule a", "fold each other: a folds a", "folds"),
    "folds in a circle": (
        rule("a", more="folds: [b]") + rule("b", more="folds: [c]") + rule("c", more="folds: [a]"),
        "rule",
        "fold each other",
        "Take one out",
    ),
    "name given twice": (rule("a") + rule("a"), "rule a", "Two rules have this name", "of its own"),
    "missing page": (rule("a", more="runbook: docs/runbook/gate_faild.md"), "rule a", "no runbook page", "gate_failed"),
    "unknown word in the sentence": (rule("a", more="sentence: 'is {valeu}'"), "rule a", "no {valeu}", "value"),
    "format in the sentence": (rule("a", more="sentence: 'is {value:.2f}'"), "rule a", "a format", "{value}"),
    "attribute in the sentence": (rule("a", more="sentence: 'is {value.real}'"), "rule a", "no {value.real}", "value"),
    "open brace": (rule("a", more="sentence: 'is {value'"), "rule a", "not closed", "{{"),
    "unknown key": (rule("a", more="sevrity: info"), "rule a", "no key 'sevrity'", "severity"),
    "unknown key of a cost": (rule("a", more="cost: {per_mil: 1}"), "rule a", "no key 'cost.per_mil'", "per_mail"),
    "cost below zero": (rule("a", more="cost: {a_day: -1}"), "rule a", "cost.a_day is wrong", "Correct it"),
    "cost without an end": (rule("a", more="cost: {a_day: .inf}"), "rule a", "cost.a_day is wrong", "Correct it"),
    "hours beyond a year": (rule("a", more="resolve_hours: 1.0e+12"), "rule a", "resolve_hours is wrong", "Correct it"),
    "unknown severity": (rule("a", more="severity: grave"), "rule a", "severity is wrong", "Correct it"),
    "no condition": (rule("a", when="{}"), "rule a", "when is wrong", "Correct it"),
    "silence of an unknown rule": (
        rule("abc") + "silences: [{rule: abd, until: 2026-01-01, reason: x}]\n",
        "silence number 1",
        "no rule 'abd'",
        "abc",
    ),
    "silence without an end": (
        rule("a") + "silences: [{rule: a, reason: x}]\n",
        "silence number 1",
        "'until' is missing",
        "last silent day",
    ),
    "unknown sink": (rule("a") + "sinks: [{kind: webhok}]\n", "sink webhok", "no kind of sink", "webhook"),
    "sink without a kind": (rule("a") + "sinks: [{name: x}]\n", "sink x", "'kind' is missing", "Known here"),
    "unknown key of a sink": (
        rule("a") + "sinks: [{kind: file, pth: x}]\n",
        "sink file",
        "'path' is missing",
        "The file",
    ),
    "two sinks of one name": (
        rule("a") + "sinks: [{kind: stdout}, {kind: stdout}]\n",
        "sink stdout",
        "Two sinks have this name",
        "`name`",
    ),
    "webhook without an address": (rule("a") + "sinks: [{kind: webhook}]\n", "sink webhook", "url", ""),
    "address that is no web address": (
        rule("a") + "sinks: [{kind: webhook, url: 'ftp://x'}]\n",
        "sink webhook",
        "url is wrong",
        "",
    ),
    "address in clear": (
        rule("a") + "sinks: [{kind: webhook, url: 'http://127.0.0.1@x.example/'}]\n",
        "sink webhook",
        "https://",
        "",
    ),
    "login in clear": (
        rule("a")
        + "sinks: [{kind: smtp, host: mail.example, security: none, sender: a@b.example, recipients: [c@d.example],"
        " user_env: U, password_env: P}]\n",
        "sink smtp",
        "starttls or tls",
        "",
    ),
    "recipients that are no addresses": (
        rule("a") + "sinks: [{kind: smtp, host: h, sender: a@b.example, recipients: ['c@d.example, e']}]\n",
        "sink smtp",
        "recipients.0 is wrong",
        "",
    ),
    "text file that node_exporter does not read": (
        rule("a") + "sinks: [{kind: prometheus, path: a.txt}]\n",
        "sink prometheus",
        "path is wrong",
        "",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_name_file_place_and_remedy(name: str, tmp_path: Path) -> None:
    text, place, what, remedy = FAULTS[name]
    with pytest.raises(ConfigError) as fault:
        rules_from(tmp_path, f"rules:\n{text}")
    assert fault.value.exit_code == 2
    assert str(tmp_path / "alerts.yaml") in fault.value.where and place in fault.value.where
    assert what in fault.value.what
    assert remedy in fault.value.remedy


def test_a_secret_in_the_file_is_not_quoted_by_a_fault(tmp_path: Path) -> None:
    sink = "sinks: [{kind: webhook, url: 'https://x.example/', secret: hunter2-in-clear}]\n"
    with pytest.raises(ConfigError) as fault:
        rules_from(tmp_path, f"rules:\n{rule('a')}{sink}")
    assert "no key 'secret'" in str(fault.value) and "hunter2" not in str(fault.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"alert file cannot be read.*alerts\.rules"):
        load_alert_rules(Settings(alerts=AlertSettings(rules=str(tmp_path / "none.yaml"))))


@pytest.mark.parametrize("text", ["- a", "x", "7"], ids=["list", "text", "number"])
def test_a_file_of_another_form_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="A mapping was expected"):
        rules_from(tmp_path, text)


def test_without_sinks_standard_output_is_the_only_one(tmp_path: Path) -> None:
    assert [sink.label for sink in rules_from(tmp_path, f"rules:\n{rule('a')}").sinks] == ["stdout"]


def test_a_rule_explains_what_its_folded_rules_explain(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, rule("a", more="folds: [b]"), rule("b", more="folds: [c]"), rule("c"))
    assert rules.explains == {"a": {"b", "c"}, "b": {"c"}, "c": set(), "alert_rules_refused": set()}


def test_comments_do_not_change_the_version_and_rules_do(tmp_path: Path) -> None:
    one = rules_from(tmp_path, f"rules:\n{rule('a')}")
    commented = rules_from(tmp_path, f"# a comment\nrules:\n{rule('a')}")
    other = rules_from(tmp_path, f"rules:\n{rule('a', more='severity: info')}")
    assert one.version == commented.version != other.version


PROMISED = (
    "dead_source volume_doubled volume_low new_language new_topic labels_shifted wording_changed garbled_text"
    " subjects_missing model_worse scores_miscalibrated detector_fallback quarantine_high gate_failed accuracy_low late"
    " budget_burning jobs_failing overdue cost_high fairness_gap sink_failed metric_failed model_refused"
    " reference_refused relabel_unfinished"
)


def test_the_shipped_file_has_a_rule_for_each_promised_fault_and_sends_nothing() -> None:
    rules = load_alert_rules(load_settings())
    assert set(PROMISED.split()) <= rules.rules.keys()
    assert [sink.label for sink in rules.sinks] == ["stdout"] and rules.silences == ()


def test_each_shipped_rule_costs_something_and_has_a_page_of_its_own() -> None:
    for name, one in load_alert_rules(load_settings()).rules.items():
        assert one.cost.of(1_000) > 0 and one.runbook == f"docs/runbook/{name}.md"

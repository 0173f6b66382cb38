"""All sinks of a run: what each is given, and that none can fail or hold up a run."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.monitoring.alerts.builders import HOUR, NOON, gates, rule, rules_of, states
from tests.monitoring.alerts.sinks.builders import DEAD, OPEN, OVER
from tests.monitoring.alerts.sinks.servers import endless_server, web_server
from triage.monitoring.alerts.alert import Row
from triage.monitoring.alerts.notify import notify
from triage.monitoring.alerts.sinks.delivery import send, with_sinks
from triage.monitoring.watch import Measured

FILE = "{{kind: file, name: {name}, path: '{path}'{more}}}"


def sinks(*entries: str) -> str:
    return f"sinks: [{', '.join(entries)}]\n"


def file_sink(name: str, path: Path, more: str = "") -> str:
    return FILE.format(name=name, path=path, more=more)


def test_news_go_to_those_who_want_them_and_the_rest_to_none(tmp_path: Path) -> None:
    entries = (
        file_sink("all", tmp_path / "all"),
        file_sink("grave", tmp_path / "grave", ", min_severity: critical"),
        f"{{kind: prometheus, path: '{tmp_path}/a.prom'}}",
    )
    rules = rules_of(tmp_path, rule("a"), rest=sinks(*entries))
    results = send([DEAD, OVER, OPEN], rules, NOON)
    assert {result.sink: [alert.rule for alert in result.alerts] for result in results} == {
        "all": ["dead_source", "late"],
        "grave": ["dead_source"],
        "prometheus": ["dead_source", "late", "cost_high"],
    }
    told = with_sinks([DEAD, OVER, OPEN], results)
    assert [alert.sent_to for alert in told] == [("all", "grave", "prometheus"), ("all", "prometheus"), ()]


def test_without_news_only_sinks_that_keep_state_are_called(tmp_path: Path) -> None:
    entries = (file_sink("f", tmp_path / "f"), f"{{kind: prometheus, path: '{tmp_path}/a.prom'}}")
    results = send([OPEN], rules_of(tmp_path, rule("a"), rest=sinks(*entries)), NOON)
    assert [result.sink for result in results] == ["prometheus"] and not (tmp_path / "f").exists()


def test_sinks_that_hang_cost_their_time_once_and_the_others_are_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    begin = time.monotonic()
    with endless_server() as port, web_server(-1) as (url, _), caplog.at_level(logging.WARNING):
        mail = (
            f"kind: smtp, host: 127.0.0.1, port: {port}, security: none, sender: a@b.example, recipients: [c@d.example]"
        )
        entries = (
            f"{{kind: webhook, url: '{url}'}}",
            f"{{kind: webhook, name: endless, url: 'http://127.0.0.1:{port}/'}}",
            f"{{{mail}}}",
            file_sink("f", tmp_path / "f"),
        )
        rules = rules_of(tmp_path, rule("a"), rest=sinks(*entries), send_seconds=1.0)
        results = send([DEAD], rules, NOON)
    assert time.monotonic() - begin < 3
    assert {result.sink for result in results if not result.is_taken} == {"webhook", "endless", "smtp"}
    assert (tmp_path / "f").read_text("utf-8").count("\n") == 1
    assert caplog.text.count("did not take the alerts") == 3
    assert not any(secret in caplog.text for secret in ("s3cret", "@", "127.0.0.1"))


def test_an_unforeseen_fault_of_a_sink_is_told_by_its_type(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rules = rules_of(tmp_path, rule("a"), rest=sinks(file_sink("f", tmp_path / "f")))
    unserializable = replace(DEAD, cost=1j)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        [result] = send([unserializable], rules, NOON)
    assert result.fault == "it failed with TypeError"


# a run: evaluation, sinks, and the alert about sinks

SINK_RULE = rule("sink_failed", metric="sink_failed", more="by: sink, severity: critical, sentence: '{slice} failed'")
METRIC_RULE = rule("metric_failed", metric="metric_failed", more="by: metric")


def test_a_failed_sink_is_an_alert_of_its_own_that_goes_to_the_others(tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.mkdir()
    entries = (file_sink("bad", occupied), file_sink("good", tmp_path / "good"))
    rules = rules_of(tmp_path, rule("gate"), SINK_RULE, rest=sinks(*entries))
    told = notify(rules, Measured((gates(1),)), [], NOON)
    assert {alert.rule: alert.sent_to for alert in told.alerts} == {"gate": ("good",), "sink_failed": ("good",)}
    lines = (tmp_path / "good").read_text("utf-8").splitlines()
    assert ["gate" in lines[0], "bad failed" in lines[1], len(lines)] == [True, True, 2]
    assert {m.slice: m.value for m in told.measurements if m.metric == "sink_failed"} == {"bad": 1.0, "good": 0.0}
    assert told.sentences == ("bad failed", "it happened")  # the worse first


def test_a_sink_that_hangs_leaves_time_to_tell_the_others_and_takes_none_beyond(tmp_path: Path) -> None:
    with web_server(-1) as (url, _):
        entries = (f"{{kind: webhook, url: '{url}'}}", file_sink("good", tmp_path / "good"))
        rules = rules_of(tmp_path, rule("gate"), SINK_RULE, rest=sinks(*entries), send_seconds=1.0)
        begin = time.monotonic()
        told = notify(rules, Measured((gates(1),)), [], NOON)
        assert time.monotonic() - begin < 1.3
    assert states(told.alerts) == {"gate": "raised", "sink_failed webhook": "raised"}
    assert "webhook failed" in (tmp_path / "good").read_text("utf-8").splitlines()[1]


def test_both_sendings_end_at_one_time(tmp_path: Path) -> None:
    """The second server takes the first alerts, and hangs when it is told of the other one."""
    with web_server(-1) as (bad, _), web_server(200, -1) as (late, _):
        entries = (f"{{kind: webhook, name: bad, url: '{bad}'}}", f"{{kind: webhook, name: late, url: '{late}'}}")
        rules = rules_of(tmp_path, rule("gate"), SINK_RULE, rest=sinks(*entries), send_seconds=1.2)
        begin = time.monotonic()
        told = notify(rules, Measured((gates(1),)), [], NOON)
        assert time.monotonic() - begin < 1.6
    assert states(told.alerts) == {"gate": "raised", "sink_failed bad": "raised"}
    assert told.sentences[0] == "bad failed The same holds for sink late."
    assert {m.slice: m.value for m in told.measurements if m.metric == "sink_failed"} == {"bad": 1.0, "late": 1.0}
    assert {alert.rule: alert.sent_to for alert in told.alerts if not alert.slice} == {"gate": ("late",)}


def test_a_sink_that_works_again_resolves_its_alert(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.mkdir()
    rules = rules_of(tmp_path, rule("gate"), SINK_RULE, rest=sinks(file_sink("f", path)), remind_hours=0.5)
    first = notify(rules, Measured((gates(1),)), [], NOON)
    path.rmdir()
    rows = [alert.as_row("run-1") for alert in first.alerts]
    second = notify(rules, Measured((gates(1),)), rows, NOON + HOUR)
    assert states(first.alerts) == {"gate": "raised", "sink_failed f": "raised"}
    assert states(second.alerts) == {"gate": "raised", "sink_failed f": "resolved"}
    assert path.read_text("utf-8").count('"state": "resolved"') == 1


def test_state_files_have_all_alerts_also_after_a_sink_failed(tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.mkdir()
    entries = (file_sink("bad", occupied), f"{{kind: prometheus, path: '{tmp_path}/a.prom'}}")
    rules = rules_of(tmp_path, rule("gate"), SINK_RULE, rest=sinks(*entries))
    notify(rules, Measured((gates(1),)), [], NOON)
    text = (tmp_path / "a.prom").read_text("utf-8")
    assert 'rule="gate"' in text and 'rule="sink_failed"' in text


def test_a_metric_that_failed_is_an_alert(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, METRIC_RULE)
    told = notify(rules, Measured(failed=("volume",)), [], NOON)
    assert states(told.alerts) == {"metric_failed volume": "raised"}


def test_a_metric_that_works_is_not_measured_unless_that_resolves_an_alert(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, METRIC_RULE)
    rows: list[Row] = []
    runs = [
        Measured(failed=("volume",), worked=("drift",)),
        Measured(worked=("drift",)),  # as a run with nothing new, which measures few
        Measured(worked=("drift", "volume")),
        Measured(worked=("drift", "volume")),
    ]
    told = []
    for hour, measured in enumerate(runs):
        found = notify(rules, measured, rows, NOON + hour * HOUR)
        rows += [alert.as_row(f"run-{hour}") for alert in found.alerts]
        told.append(([(one.slice, one.value) for one in found.measurements], states(found.alerts)))
    assert told == [
        ([("volume", 1.0)], {"metric_failed volume": "raised"}),
        ([], {"metric_failed volume": "open"}),
        ([("volume", 0.0)], {"metric_failed volume": "resolved"}),
        ([], {}),
    ]


def test_the_summary_has_news_and_one_line_for_what_is_open(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, rule("gate"), METRIC_RULE, rest=sinks("{kind: stdout}"))
    first = notify(rules, Measured((gates(1),)), [], NOON)
    assert first.lines == ("warning: it happened (ops; https://wiki.example/alerts)",)
    second = notify(rules, Measured((gates(1),), ("volume",)), [a.as_row("run-1") for a in first.alerts], NOON)
    assert len(second.lines) == 2 and second.lines[1] == "still open: gate (jobs/alerts.py lists them)"


def test_without_standard_output_the_summary_is_silent_but_the_file_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = notify(rules_of(tmp_path, rule("gate")), Measured((gates(1),)), [], NOON)
    assert told.lines == () and told.sentences == ("it happened",)
    assert capsys.readouterr().out == ""

"""Sinks that write: standard output, a file of JSON lines, a text file for node_exporter."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.monitoring.alerts.builders import NOON
from tests.monitoring.alerts.sinks.builders import DEAD, OPEN, OVER, sink
from triage.monitoring.alerts.sinks.base import SinkError
from triage.monitoring.alerts.sinks.prometheus import exposition

SAMPLE = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"')
UNESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


def parse(text: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    """The samples of a text in the exposition format 0.0.4, by family; fails on what the format does not allow."""
    assert text.endswith("\n")
    families: dict[str, list[tuple[dict[str, str], float]]] = {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split()[2]
            assert family not in families, "a family stands in two places"
            families[family] = []
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {family} gauge" and families[family] == []
        else:
            found = SAMPLE.match(line)
            assert found and found[1] == family, line
            labels = {
                key: re.sub(r'\\["\\n]', lambda one: UNESCAPED[one[0]], v) for key, v in LABEL.findall(found[2] or "")
            }
            assert labels not in [known for known, _ in families[family]], "a sample stands twice"
            families[family].append((labels, float(found[3])))
    assert all(families.values())
    return families


def test_standard_output_has_a_line_an_alert(capsys: pytest.CaptureFixture[str]) -> None:
    sink(kind="stdout").send([DEAD, OVER], NOON, 1)
    assert capsys.readouterr().out == (
        "critical: No mail came from hr. (operations; docs/runbook/dead_source.md)\n"
        "resolved: It is over. (operations; docs/runbook/dead_source.md)\n"
    )


def test_a_file_is_added_to(tmp_path: Path) -> None:
    file = sink(kind="file", path=str(tmp_path / "log" / "alerts.jsonl"))
    file.send([DEAD], NOON, 1)
    file.send([OVER], NOON, 1)
    lines = [json.loads(line) for line in (tmp_path / "log" / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert [(line["rule"], line["state"]) for line in lines] == [("dead_source", "raised"), ("late", "resolved")]
    assert lines[0]["raised_at"] == "2026-03-02T12:00:00+00:00"


@pytest.mark.parametrize("kind", ["file", "prometheus"])
def test_a_folder_that_cannot_be_written_is_a_fault_without_its_path(kind: str, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("", "utf-8")
    with pytest.raises(SinkError, match="cannot be written") as raised:
        sink(kind=kind, path=str(tmp_path / "occupied" / "a.prom")).send([DEAD], NOON, 1)
    assert str(tmp_path) not in str(raised.value)


def test_prometheus_reads_what_is_open(tmp_path: Path) -> None:
    path = tmp_path / "triage.prom"
    sink(kind="prometheus", path=str(path)).send([DEAD, OPEN, OVER], NOON, 1)
    families = parse(path.read_text("utf-8"))
    assert [
        (labels["rule"], labels["slice"], labels["state"], value) for labels, value in families["triage_alert"]
    ] == [
        ("dead_source", "hr", "raised", 1.0),
        ("cost_high", "", "open", 1.0),
    ]
    assert [value for _, value in families["triage_alert_cost_a_day"]] == [500.0, 500.0]
    assert families["triage_alerts"] == [({}, 2.0)]
    assert families["triage_evaluated_timestamp_seconds"] == [({}, NOON.timestamp())]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", 'x"} 1\ny{z="', "ünï\\n"])
def test_no_name_breaks_the_format(name: str) -> None:
    families = parse(exposition([replace(DEAD, slice=name)], NOON))
    assert [labels["slice"] for labels, _ in families["triage_alert"]] == [name]


def test_without_alerts_the_file_says_so() -> None:
    assert parse(exposition([OVER], NOON)).keys() == {"triage_alerts", "triage_evaluated_timestamp_seconds"}


def test_a_file_that_is_there_stays_where_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "triage.prom"
    path.mkdir()
    with pytest.raises(SinkError, match="cannot be written"):
        sink(kind="prometheus", path=str(path)).send([DEAD], NOON, 1)
    assert list(tmp_path.iterdir()) == [path]

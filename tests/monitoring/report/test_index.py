"""The index: whole, bounded, safe against its values, and leading to the pages that are there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.monitoring.report.builders import alert_row, measure_row, measure_rows, run_row, run_rows
from tests.monitoring.report.pages import settings_in
from triage.monitoring.report.index import plots, render_index, write_index
from triage.monitoring.report.over_runs.points import points_of, shown_runs
from triage.monitoring.report.over_runs.series import CHARTS

HOSTILE = "\"><script>alert('x')</script>"
AT = datetime(2026, 11, 21, 2, tzinfo=UTC)
VOID = {"meta"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("runs", [0, 1, 2, 30])
def test_index_is_whole_and_refers_only_to_pages_that_are_there(runs: int, language: str) -> None:
    rows = run_rows(runs)
    page = render_index(
        points_of(rows, measure_rows(rows), []), [row["run_id"] for row in rows[1:]], settings_in(language)
    )
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.scripts == 2
    assert not re.search(r"src=|@import|url\(|https?:", page)
    found = set(re.findall(r'href="([^"#]+)"', page))
    assert found == {f"{row['run_id']}.html" for row in rows[1:]}
    assert f'<html lang="{language}">' in page


def test_every_value_is_escaped() -> None:
    run = run_row(1, AT) | {"run_id": HOSTILE, "model_version": HOSTILE}
    measures = [
        measure_row(HOSTILE, "routed", 1.0, "queue", HOSTILE),
        measure_row(HOSTILE, f"abstention.{HOSTILE}", 0.5),
        measure_row(HOSTILE, f"expected_accuracy.{HOSTILE}", 0.5),
    ]
    page = render_index(points_of([run], measures, []), [HOSTILE], settings_in("en"))
    assert page.count("<script") == 2
    assert page.count("&lt;script&gt;") > 6


def test_a_year_of_hourly_runs_stays_under_three_megabytes() -> None:
    runs = run_rows(8_760, timedelta(hours=1))
    shown = set(shown_runs(runs))
    kept = [row for row in runs if row["run_id"] in shown]
    page = render_index(points_of(runs, measure_rows(kept), []), shown, settings_in("en"))
    assert len(page.encode()) < 3_000_000
    assert "8,760 runs from 21 Nov 2025" in page
    assert "Older ones are shown by day or month" in page


def test_four_hundred_runs_stay_under_three_megabytes() -> None:
    runs = run_rows(400)
    alerts = [alert_row(run["run_id"], severity="critical") for run in runs]
    page = render_index(points_of(runs, measure_rows(runs), alerts), {run["run_id"] for run in runs}, settings_in("de"))
    assert len(page.encode()) < 3_000_000


def test_figures_stand_in_the_table() -> None:
    run = run_row(7, AT, 1_000)
    measures = [
        measure_row(run["run_id"], "expected_accuracy.kind", 0.9),
        measure_row(run["run_id"], "expected_accuracy.category", 0.8),
        measure_row(run["run_id"], "abstention.kind", 0.125),
        measure_row(run["run_id"], "largest_drift", 0.27),
        measure_row(run["run_id"], "cost_per_thousand", 0.5),
    ]
    page = render_index(points_of([run], measures, [alert_row(run["run_id"])]), [], settings_in("en"))
    text = re.sub(r"<[^>]*>", " ", page.partition('id="runs"')[2]).replace("\u202f", " ")
    cells = " ".join(text.split())
    assert (
        "batches-000007-000007 21 Nov 2026 02:00 1,000 50 980 2.0 % 85.0 % 12.5 % 0.27 0.5 EUR 1 min 25 s 1 1 " in cells
    )


def test_a_chart_without_figures_says_so() -> None:
    page = render_index(points_of([run_row(1, AT)], [], []), [], settings_in("en"))
    assert page.count("Not measured in these runs.") == 5  # queues, accuracy, abstention, drift, cost


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    runs = run_rows(3)
    (tmp_path / "batches-000002-000002.html").write_text("a page", "utf-8")
    path = write_index(points_of(runs[:1], [], []), tmp_path, settings_in("en"))
    assert path == write_index(points_of(runs, [], []), tmp_path, settings_in("en"))
    page = path.read_text("utf-8")
    assert "batches-000003-000003" in page
    assert re.findall(r'href="(batches[^"]*)"', page.partition('id="runs"')[2]) == ["batches-000002-000002.html"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["batches-000002-000002.html", "index.html"]


def test_plots_are_files_of_their_own_and_bounded() -> None:
    runs = run_rows(400)
    found = plots(points_of(runs, measure_rows(runs), []), settings_in("en"))
    assert set(found) == {spec.name for spec in CHARTS}
    assert all(svg.startswith("<svg") and 'xmlns="http://www.w3.org/2000/svg"' in svg for svg in found.values())
    assert sum(map(len, found.values())) < 500_000
    assert plots(points_of([], [], []), settings_in("en")) == {}

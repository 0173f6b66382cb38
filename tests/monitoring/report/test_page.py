"""The page: whole without any other place, safe against its values, and honest about its counts."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.monitoring.builders import RUN, drift_row, run_with
from tests.monitoring.report.pages import MadeAlert, full_page
from triage.config import ReportSettings
from triage.monitoring.facts import QueueFacts, ReportFacts
from triage.monitoring.record import GateVerdict, SourceFacts
from triage.monitoring.report.page import ReportData, render, write_report

SCRIPT = "<script>alert('x')</script>"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class _Tags(HTMLParser):
    """Checks that tags close in order, and keeps their names."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _full(name: str = "hr") -> ReportData:
    """Data with one text of every kind."""
    return ReportData(
        run=run_with(stage_seconds={name: 1.0}, model_version=name, key_id=name),
        facts=ReportFacts(
            reasons={name: 1},
            labels={name: {name: 2, "abstained": 1}},
            queues=(QueueFacts(name, 3, {name: 3}, 3, RUN.started_at, RUN.started_at),),
            rules={name: 3},
            languages={name: 3},
            entities={name: 4},
            marks={name: 1},
            received_first=RUN.started_at,
            received_last=RUN.started_at,
        ),
        drift=[
            replace(drift_row(name, 0.4, "alert", {name: 3, f"{name} $x^$": 1}), was={name: 5}),
            replace(drift_row("queue", 0.01, "stable", {"a": 3}), was={"a": 4}),
        ],
        gates=[GateVerdict(1, "gate", name, 0.0, False), GateVerdict(1, "gate", "unique", 0.0, True)],
        sources=[SourceFacts(name, 2, 12_345_678)],
        reasons={name: name},
        options=name,
    )


EMPTY = ReportData(
    run=run_with(batches=(), messages_read=0, messages_new=0, messages_duplicate=0, messages_published=0,
                 messages_quarantined=0, stage_seconds={}, seconds=0.0),
    facts=ReportFacts(),
)  # fmt: skip
DATA = {"full": _full(), "empty": EMPTY, "hostile": _full(SCRIPT)}


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_page_is_whole_and_refers_to_no_other_place(data: ReportData) -> None:
    page = render(data)
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert not tags.seen & {"script", "link", "img", "iframe", "object"}
    assert "http" not in page
    assert not re.search(r"src=|@import|url\((?!#)", page)
    assert all(re.fullmatch(r"#[\w-]+|index.html", where) for where in re.findall(r'href="([^"]*)"', page))


def test_every_value_is_escaped() -> None:
    page = render(DATA["hostile"])
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 12


def test_counts_stand_in_the_page() -> None:
    page = " ".join(re.sub(r"<[^>]*>", " ", render(_full()).partition("</style>")[2]).split())
    assert "12 read = 10 new + 2 duplicate 10 new = 9 published + 1 in quarantine" in page
    assert "Every message is accounted for. 0.5 new messages a second" in page
    assert "1 of 2 expectations failed" in page
    assert "12.3 MB" in page


@pytest.mark.parametrize("lost", ["messages_duplicate", "messages_quarantined"])
def test_lost_messages_are_shouted(lost: str) -> None:
    page = render(ReportData(run_with(**{lost: 0}), ReportFacts()))
    assert "The counts do not balance" in page


def test_the_baseline_run_says_so() -> None:
    page = render(ReportData(RUN, ReportFacts(), drift=[drift_row("queue", 0.0, "baseline", {"a": 3})]))
    assert "This run is the baseline" in page
    assert "<svg" not in page


@pytest.mark.parametrize(
    ("raised", "alerts", "text"),
    [
        (None, (), "Alert rules were not evaluated"),
        ((), (), "No rule raised an alert"),
        ((MadeAlert("late", "warning", "Late.", state="resolved"),), (), "No rule raised an alert"),
        ((MadeAlert("late", "warning", "The run is late."),), (), "The run is late."),
        (None, ("The model was refused.",), "The model was refused."),
    ],
    ids=["no rules", "silence", "resolved", "raised", "a fault of the run"],
)
def test_the_page_says_what_to_do(raised: tuple[MadeAlert, ...] | None, alerts: tuple[str, ...], text: str) -> None:
    page = render(replace(EMPTY, raised=raised, alerts=alerts))
    assert text in page
    assert ("No rule raised an alert" in page) == (text == "No rule raised an alert")


def test_alerts_stand_first_the_worst_on_top_with_what_they_explain() -> None:
    page = render(full_page())
    places = [page.index(word) for word in ("sent nothing", "sent 12 mails", "cost 0.9", 'id="changes"')]
    assert places == sorted(places)
    assert "The same cause explains: volume_low, labels_shifted" in page
    assert "<code>docs/runbook/dead_source.md</code>" in page


@pytest.mark.parametrize(
    "runbook", ["docs/../conf/alerts.yaml", "docs/../README.md", "/etc/passwd.md", "docs/none.md", ""]
)
def test_only_pages_of_the_project_are_shown(runbook: str) -> None:
    page = render(replace(EMPTY, raised=(MadeAlert("late", "warning", "Late.", runbook=runbook),)))
    assert "<pre>" not in page.partition('id="changes"')[0]


def test_the_page_of_an_alert_is_at_hand() -> None:
    page = render(
        replace(EMPTY, raised=(MadeAlert("dead_source", "critical", "X", runbook="docs/runbook/dead_source.md"),))
    )
    assert "## What it means" in page.partition('id="changes"')[0]


def test_a_runbook_leads_to_where_people_read_it() -> None:
    data = replace(full_page(), settings=ReportSettings(runbooks="https://wiki.example/runbook/"))
    assert '<a href="https://wiki.example/runbook/dead_source.md">' in render(data)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_is_in_its_language(language: str) -> None:
    page = render(full_page(language))
    assert f'<html lang="{language}">' in page
    assert ("Was jetzt zu tun ist" in page) == (language == "de")
    assert (' lang="en">Source exports/imap sent nothing.' in page) == (language == "de")


def test_sections_without_data_say_so() -> None:
    page = render(EMPTY)
    assert page.count("Nothing was measured in this run.") == 5
    for text in ("This is the first run", "No mail was routed", "No message was quarantined", "No batch was validated"):
        assert text in page


def test_a_full_page_is_bounded() -> None:
    assert len(render(full_page()).encode()) < 500_000


def test_same_data_same_page(tmp_path: Path) -> None:
    path = write_report(_full(), tmp_path / "new" / "reports")
    assert path.name == "batches-000001-000002.html"
    assert path.read_text("utf-8") == render(_full())

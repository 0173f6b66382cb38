"""The page: links that lead somewhere, lines that can be read as source, all that is declared, and views."""

from __future__ import annotations

import re

import pytest

from triage.config import PROJECT
from triage.lake.dictionary.markdown import WIDTH, code, row, wrapped
from triage.lake.dictionary.overview import LAYERS
from triage.lake.dictionary.page import dictionary
from triage.lake.tables import ROUTES, RUNS, TABLES, Column, Table
from triage.lake.tables.access import ZONES
from triage.lake.tables.schema import TEXT, count
from triage.lake.views import VIEWS, View

PAGE = (PROJECT / "docs" / "tables.md").read_text("utf-8")


VIEW = View(
    "gold/backlog",
    "One row per queue.",
    (Column("queue", TEXT, "a | b", example="hr"), count("n", "m", "mails", "3")),
    "SELECT queue, count(*) AS n FROM gold.routes GROUP BY queue",
)


def section(name: str) -> str:
    return PAGE.partition(f"### {name}\n")[2].partition("\n### ")[0]


def anchor(heading: str) -> str:
    """As GitHub and MkDocs make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_links_lead_to_headings() -> None:
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)}
    targets = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert len(targets) == len(TABLES) + len(VIEWS)
    assert targets <= anchors


def test_lines_of_text_are_no_longer_than_a_screen() -> None:
    assert [line for line in PAGE.splitlines() if len(line) > WIDTH and not line.startswith("|")] == []


def test_rows_have_as_many_cells_as_their_heads() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_says_all_that_is_declared(table: Table) -> None:
    text = section(table.name)
    assert re.findall(r"^\| (\w+) \| ", text.partition("| column |")[2], re.MULTILINE) == table.column_names
    assert all(f"`{job}`" in text for job in table.writers)
    assert f"- Owner: {table.owner.replace('_', ' ')}\n" in text


def test_what_an_analyst_looks_up_is_there() -> None:
    routes = section("gold/routes")
    assert "- In SQL: `gold.routes`\n- Key: `mail_key`\n- Owner: analyst\n- Written by: `jobs/nightly.py`" in routes
    assert "| [silver/mail](#silvermail) | `USING (mail_key)` | one row |" in routes
    assert "| [gold/labels](#goldlabels) | `USING (mail_key)` | rows |" in routes
    assert "| due_at | timestamp | UTC |" in routes
    assert "- In SQL: not read" in section("vault/raw_mail")


def test_all_layers_have_a_meaning() -> None:
    assert set(LAYERS) == set(ZONES)


def test_views_are_documented_like_tables() -> None:
    page = "\n".join(dictionary([(VIEW, (ROUTES, RUNS))]))
    assert "- **views**: answers to usual questions, made of these tables.\n  [gold/backlog](#goldbacklog)" in page
    assert page.endswith(
        "## Views\n\n### gold/backlog\n\nOne row per queue.\n\n"
        "- In SQL: `gold.backlog`\n- Owner: analyst\n"
        "- Made of: [gold/routes](#goldroutes), [metrics/runs](#metricsruns)\n"
        "- Read by: analyst, privacy officer, data scientist\n\n"
        "| column | type | unit | meaning | example | personal data |\n|---|---|---|---|---|---|\n"
        "| queue | string |  | a \\| b | `hr` | no personal data |\n"
        "| n | bigint | mails | m | `3` | no personal data |"
    )


def test_pieces_of_markdown() -> None:
    assert code("a", "b `c`") == "`a`, `` b `c` ``"
    assert row("a", "b|c") == "| a | b\\|c |"
    assert wrapped("word " * 40, "- ", "  ").splitlines()[1].startswith("  word")

"""Records as HTML, Markdown and JSON: the same content, and no value that becomes markup."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monitoring.governance.builders import Seen
from triage.errors import ConfigError
from triage.monitoring.governance.document import EMPTY, Document, Items, Section, Table, Text
from triage.monitoring.governance.page import plain, render_html, render_json, render_markdown, write_document

RECORD = Document(
    "record",
    "A record",
    "2026-03-02 02:30:00 UTC",
    "What it is.",
    (
        Section(
            "Filled", (Text("A paragraph."), Items(("one", "two")), Table(("a", "b"), (("1", "2"),), "Grid")), "Art. 1"
        ),
        Section("Partly", (Text("Known."),), "", "The rest is missing."),
        Section("Nothing", (), "", "Set governance.purposes."),
    ),
)  # fmt: skip

HOSTILE = {
    "tag": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)',
    "cell": "a | b | c",
    "heading": "# not a heading\n# neither",
    "link": "[click](javascript:alert(1))",
    "image": "![x](http://attacker.example/x.png)",
    "jinja": "{{ 7 * 7 }}{% raw %}",
    "entity": "&lt;b&gt;",
    "fence": "```\ncode",
    "escape": "\\| \\\\",
    "terminal": "\x1b[31mred\x1b[0m",
    "direction": "abc\u202edef",
}


def with_value(value: str) -> Document:
    blocks = (Text(value), Items((value,)), Table((value,), ((value,),), value))
    return Document("record", value, "now", value, (Section(value, blocks, value, value),))


def test_the_page_is_alone() -> None:
    seen = Seen(render_html(RECORD))
    assert {"script", "link", "img", "iframe"}.isdisjoint(seen.tags)
    assert all(target.startswith("#") for target in seen.targets)


def test_an_empty_section_says_so_and_what_fills_it() -> None:
    for page in (Seen(render_html(RECORD)).text, render_markdown(RECORD)):
        assert f"{EMPTY} Set governance.purposes." in page
        assert "The rest is missing." in page
        assert page.count(EMPTY) == 1


def test_markdown_has_headings_lists_and_tables() -> None:
    lines = render_markdown(RECORD).splitlines()
    assert [line for line in lines if line.startswith("#")] == ["# A record", "## Filled", "## Partly", "## Nothing"]
    at = lines.index("| a | b |")
    assert lines[at + 1 : at + 3] == ["|---|---|", "| 1 | 2 |"]
    assert lines[at - 1] == ""
    assert {"- one", "- two"} <= set(lines)


def test_json_has_rows_by_the_headers_names() -> None:
    filled, partly, nothing = json.loads(render_json(RECORD))["sections"]
    assert filled["blocks"][2] == {"kind": "table", "title": "Grid", "rows": [{"a": "1", "b": "2"}]}
    assert (partly["empty"], partly["missing"]) == (False, "The rest is missing.")
    assert nothing["empty"] is True


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_value_stays_a_value(value: str) -> None:
    harmless, seen = Seen(render_html(with_value("word"))), Seen(render_html(with_value(value)))
    assert (seen.tags, seen.targets) == (harmless.tags, harmless.targets)
    markdown, usual = render_markdown(with_value(value)).splitlines(), render_markdown(with_value("word")).splitlines()
    assert len(markdown) == len(usual)
    assert [line.count("|") - line.count("\\|") for line in markdown] == [line.count("|") for line in usual]
    assert not re.search(r"(?<!\\)(<script|\]\()", "".join(markdown))


@given(st.text())
def test_a_value_in_markdown_is_one_line_without_open_markup(value: str) -> None:
    shown = plain(value)
    assert len(shown.splitlines()) <= 1
    bare = shown.replace("\\\\", "")
    assert all(bare[at - 1] == "\\" for at, sign in enumerate(bare) if sign in "|<[`*")


def test_files_are_written_for_people_and_programs(tmp_path: Path) -> None:
    paths = write_document(RECORD, tmp_path / "new" / "folder")
    assert sorted(path.name for path in paths) == ["record.html", "record.json", "record.md"]
    assert json.loads((tmp_path / "new/folder/record.json").read_text("utf-8"))["title"] == "A record"


def test_a_folder_that_cannot_be_made_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="--out"):
        write_document(RECORD, tmp_path / "file" / "below")

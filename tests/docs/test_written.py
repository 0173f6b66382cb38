"""Pages and drawings that are written from declarations are up to date, and say what the declarations say."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from docs.write import flow, rooms, settings
from docs.write.units import unit
from triage.config import PROJECT, Settings, known_keys
from triage.config.base import Section
from triage.lake.tables import TABLES
from triage.pipeline.stages import STAGES

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", ["settings", "jobs", "flow", "rooms"])
def test_a_written_page_is_up_to_date(name: str) -> None:
    page = runpy.run_path(str(PROJECT / "docs" / "write" / f"{name}.py"))
    assert page["TARGET"].read_text("utf-8") == page["text"](), f"run ./spark-submit.sh docs/write/{name}.py"


def test_every_setting_has_a_row() -> None:
    page = settings.text()
    ranges = {key.rpartition(".")[0] for key in known_keys() if key.endswith(".usual")}
    wanted = {key for key in known_keys() if key.rpartition(".")[0] not in ranges} | ranges
    assert [key for key in sorted(wanted) if f"| `{key}` |" not in page] == []


def test_every_setting_says_what_it_means_and_numbers_their_unit() -> None:
    rows = [line.strip("| ").split(" | ") for line in settings.text().splitlines() if line.startswith("| `")]
    assert len(rows) > 200
    assert [row[0] for row in rows if len(row) != 5 or not row[4].strip()] == []
    assert [row[0] for row in rows if row[1].startswith(("number", "whole number")) and not row[2].strip()] == []


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("limits.cpu_seconds", "seconds"),
        ("quality.max_quarantine_share", "0 to 1"),
        ("retention.silver", "days"),
        ("limits.parts", "number"),
        ("lake.root", ""),
    ],
)
def test_a_unit_is_what_the_name_says(key: str, wanted: str) -> None:
    section: type[Section] = Settings
    *names, last = key.split(".")
    for name in names:
        inner = section.model_fields[name].annotation
        assert isinstance(inner, type) and issubclass(inner, Section)
        section = inner
    assert unit(key, section.model_fields[last]) == wanted


def test_the_flow_shows_each_table_that_a_stage_writes() -> None:
    words = {text.text for text in ET.fromstring(flow.text()).iter(f"{_SVG}text")}
    written = {table.name for stage in STAGES for table in stage.writes}
    assert written <= words
    assert {word for word in words if word and word.count("/") == 1} <= {table.name for table in TABLES}


def test_the_flow_goes_by_stages_that_there_are() -> None:
    steps = [step for step, _ in flow.WAY][1:]
    assert [stage.name for stage in STAGES if stage.name in steps] == steps
    for step, table in flow.WAY[1:]:
        [stage] = [stage for stage in STAGES if stage.name == step]
        assert table is None or table in stage.writes


@pytest.mark.parametrize("drawing", [flow.text, rooms.text], ids=["flow", "rooms"])
def test_no_box_of_a_drawing_lies_on_another_or_outside(drawing: Callable[[], str]) -> None:
    root = ET.fromstring(drawing())
    _, _, width, height = (float(number) for number in root.attrib["viewBox"].split())
    boxes = [
        tuple(float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        for rect in root.iter(f"{_SVG}rect")
        if "stroke" in rect.attrib
    ]
    assert len(boxes) > 12
    for number, (x, y, wide, high) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + wide <= width and y + high <= height
        assert not [
            (left, top)
            for left, top, across, down in boxes[:number]
            if left < x + wide and x < left + across and top < y + high and y < top + down
        ]


def test_the_rooms_are_the_packages() -> None:
    packages = {path.name for path in (PROJECT / "triage").iterdir() if (path / "__init__.py").exists()}
    assert packages <= {name for layer in rooms.layers() for name in layer}

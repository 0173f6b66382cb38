"""Bad labelled data: what is dropped, warned of and refused, never with a row's text in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from random import Random

import pytest
from rich.console import Console

from triage.errors import ConfigError
from triage.labelling.data.checks import check_rows
from triage.labelling.data.report import DataReport, Row, report_table

WORDS = [f"word{n}x" for n in range(300)]


def _rows(labels: Sequence[str], **columns: Sequence[str]) -> list[Row]:
    texts = {"body": [" ".join(Random(n).choices(WORDS, k=20)) for n in range(len(labels))], **columns}
    return [
        Row(n, (label,) if label else (), {name: values[n] for name, values in texts.items()})
        for n, label in enumerate(labels)
    ]


def _report(rows: list[Row], known: Sequence[str] = ()) -> DataReport:
    return check_rows(rows, known, {})[0]


def test_clean_rows_are_left_alone() -> None:
    rows = _rows(["a", "b"] * 50)
    report, kept = check_rows(rows, ("a", "b"), {})
    assert kept == rows
    assert report == DataReport(rows=100, used=100)
    report.require_usable("file")


@pytest.mark.parametrize(
    ("labels", "known", "dropped", "used"),
    [
        pytest.param(["a", "b"] * 5 + [""], (), {"no label": 1}, 10, id="no label"),
        pytest.param(["a", "b"] * 5 + ["billling"], ("a", "b", "billing"), {"unknown label": 1}, 10, id="unknown"),
        pytest.param(["a", "b"] * 5 + ["c"], (), {"only example of its label": 1}, 10, id="lone"),
        pytest.param(["a", "b"] * 5 + ["c"] * 3, (), {}, 13, id="three are kept"),
    ],
)
def test_rows_are_dropped(labels: list[str], known: tuple[str, ...], dropped: dict[str, int], used: int) -> None:
    report = _report(_rows(labels), known)
    assert (report.dropped, report.used) == (dropped, used)


def test_equal_texts_that_contradict_are_all_dropped() -> None:
    rows = _rows(["a", "b"] * 5, body=["same  Text", "same text", "same text", *WORDS[:7]])
    report, kept = check_rows(rows, (), {})
    assert report.dropped == {"same text with different labels": 3}
    assert [row.labels for row in kept[:4]] == [(), (), (), ("b",)]


def test_several_labels_lose_the_unknown_one_only() -> None:
    rows = [Row(n, ("a", "b", "zzz"), {"body": WORDS[n]}) for n in range(6)]
    report, kept = check_rows(rows, ("a", "b"), {})
    assert report.used == 6 and not report.dropped
    assert {row.labels for row in kept} == {("a", "b")}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(_rows(["a"] * 60), "two are needed", id="one class"),
        pytest.param(_rows(["", ""]), "two are needed", id="no label at all"),
        pytest.param(_rows([f"ticket {n}" for n in range(60)]), "no label column", id="identifier as label"),
        pytest.param(
            _rows(["a", "b", "c"] * 40, code=["7", "8", "9"] * 40),
            "Column code .* code of the label",
            id="leak",
        ),
        pytest.param(_rows(["a", "b"] * 40, copy=["A", "B "] * 40), "Column copy", id="copy of the label"),
    ],
)
def test_files_are_refused(rows: list[Row], said: str) -> None:
    report = _report(rows)
    with pytest.raises(ConfigError, match=said) as caught:
        report.require_usable("file.csv")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("rows", "known", "said"),
    [
        pytest.param(_rows(["a", "b"] * 5 + ["c"] * 3), (), "Too few examples to measure .*: c", id="three examples"),
        pytest.param(
            _rows(["billing", "hr"] * 5 + ["biling"] * 2),
            ("billing", "hr"),
            r"biling \(2 rows; did you mean billing\?\)",
            id="nearest label",
        ),
        pytest.param(_rows(["a", "b"] * 5), ("a", "b", "c"), "without an example: c", id="label without rows"),
        pytest.param(
            _rows(["it_support", "hr"] * 40, body=[f"{WORDS[n]} IT-Support {WORDS[-n]}" for n in range(80)]),
            (),
            "names its own label .* it_support",
            id="label in the text",
        ),
        pytest.param(
            _rows(["a", "b"] * 40, body=[f"{WORDS[n]} {('qua', 'quo')[n % 2]} {WORDS[-n]}" for n in range(80)]),
            (),
            "LEAK.* column body .* 2 of 2",
            id="one word tells",
        ),
    ],
)
def test_warnings(rows: list[Row], known: tuple[str, ...], said: str) -> None:
    report = _report(rows, known)
    assert any(re.search(said, text) for text in report.warnings), report.warnings


def test_strange_labels_are_counted_and_not_named() -> None:
    report = _report(_rows(["a", "b"] * 30 + ["Jane Roe, 5 Elm Street"] * 2), ("a", "b"))
    assert "Roe" not in str(report)
    assert "1 that resemble none" in str(report.warnings)


def test_the_table_says_it_all() -> None:
    report = DataReport(9, 5, {"no label": 3}, {"rows in another encoding than UTF-8": 1}, ("careful",), ("no",))
    console = Console(width=100, record=True, file=StringIO())
    console.print(report_table(report.warn(None, "noisy")))
    text = console.export_text()
    for said in ("dropped: no label", "repaired: rows in another", "careful", "noisy", "error"):
        assert said in text

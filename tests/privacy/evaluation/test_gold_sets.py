"""The gold that detection is measured on: what is held back from training, and spans that say what they should."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.benchmark.gold import SETS
from tests.benchmark.ner_sets import FILES, held_back

SENTENCES = 50


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Files of numbered sentences, each with a person of its own number."""
    for file in FILES.values():
        path = tmp_path / "ner" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(sentence(number)) + "\n" for number in range(SENTENCES))
    return tmp_path


def sentence(number: int) -> dict[str, Any]:
    tokens = ["Sentence", str(number), "of", f"Per{number}", "Son", ",", "in", f"Town{number}", "."]
    return {"tokens": tokens, "tags": ["O", "O", "O", "B-PER", "I-PER", "O", "O", "B-LOC", "O"]}


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", 10 + 50), ("es", 50 + 50), ("it", 50), ("nl", 50 + 10), ("pl", 10 + 10), ("pt", 50), ("sv", 10 + 50)],
)
def test_the_end_of_a_file_or_all_of_it_is_held_back(data: Path, language: str, expected: int) -> None:
    kept = held_back(language, data)
    assert len(kept) == expected
    assert kept[-1] == sentence(SENTENCES - 1)


@pytest.mark.parametrize("name", FILES)
def test_rows_hold_neighbours_in_order_with_exact_spans(data: Path, name: str) -> None:
    rows = list(SETS[name].rows(data))
    first = 0 if FILES[name].share == 1 else 40
    names = [row["text"][start:end].replace("\n", " ") for row in rows for start, end, _ in row["spans"]]
    numbers = [int(found.removeprefix("Per").removesuffix(" Son")) for found in names if found.startswith("Per")]
    assert numbers == list(range(first, SENTENCES))
    assert {kind for row in rows for *_, kind in row["spans"]} == {"PERSON", "LOCATION"}


@pytest.mark.parametrize("name", FILES)
def test_every_other_row_stands_in_lines(data: Path, name: str) -> None:
    rows = list(SETS[name].rows(data))
    assert [number for number, row in enumerate(rows) if number % 2 == 0 and "\n" in row["text"]] == []
    assert [
        number for number, row in enumerate(rows) if number % 2 and len(row["text"]) > 80 and "\n" not in row["text"]
    ] == []
    assert max(len(line) for row in rows[1::2] for line in row["text"].split("\n")) <= 72


@pytest.mark.parametrize("language", ["it", "pl", "de"])
def test_generated_mail_is_marked_and_of_its_language(language: str, tmp_path: Path) -> None:
    rows = list(SETS[f"generated_{language}"].rows(tmp_path))
    assert {row["language"] for row in rows} == {language}
    assert all(row["text"][start:end].strip() for row in rows for start, end, _ in row["spans"])
    assert sum(kind == "PERSON" for row in rows for *_, kind in row["spans"]) > 3 * len(rows)

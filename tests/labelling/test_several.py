"""Heads that give a mail several labels, from a file to figures."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.labelling.builders import WORDS, small_settings
from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.data.labelled_rows import LabelledFile
from triage.labelling.promotion.evaluate import evaluate_file, scores_of
from triage.labelling.promotion.labelled_file import train_from_file
from triage.labelling.registry.model_registry import ModelRegistry

ROWS = 420
TAXONOMY = "heads:\n  - {name: topics, multi: true, labels: [billing, hr, legal]}\n"
CHOICES = [labels for size in (1, 2) for labels in combinations(WORDS, size)]


def labels_of(number: int) -> tuple[str, ...]:
    return CHOICES[number % len(CHOICES)]


@pytest.fixture
def file(tmp_path: Path) -> LabelledFile:
    """Each label of a row is told by two of its words."""
    lines = []
    for number in range(ROWS):
        words = [WORDS[label][(number + step) % 5] for label in labels_of(number) for step in (0, 2)]
        text = " ".join([*words, "letter", "abcdefghij"[number // 6 % 10] * 4, "abcdefg"[number // 60] * 5])
        lines.append(json.dumps({"body": text, "topics": list(labels_of(number))}))
    path = tmp_path / "topics.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return LabelledFile(path, "topics", "topics", ("body",))


def settings_of(folder: Path, *overrides: str) -> Settings:
    taxonomy = folder / "several.yaml"
    taxonomy.write_text(TAXONOMY, encoding="utf-8")
    return small_settings(folder, f"labelling.taxonomy={taxonomy}", *overrides)


@pytest.mark.slow
def test_they_are_learnt_and_evaluated_as_sets(spark: SparkSession, file: LabelledFile, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    made = train_from_file(spark, settings, file)
    ModelRegistry(settings).promote(made.name, made.version)
    rows = evaluate_file(spark, settings, file)
    assert [row.label for row in rows] == [";".join(sorted(labels_of(n))) for n in range(ROWS)]
    found = scores_of(rows)
    assert found.macro_f1 > 0.95
    assert any(";" in row.predicted for row in rows)


@pytest.mark.slow
def test_a_candidate_that_cannot_learn_them_says_so(spark: SparkSession, file: LabelledFile, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "labelling.search.candidates=[terms_spark]")
    with pytest.raises(ConfigError, match="several labels"):
        train_from_file(spark, settings, file)

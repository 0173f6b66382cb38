"""Training from corpora to a model that can be loaded, and what it says where a corpus is missing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.privacy.name_models.stored import read_card, read_weights
from triage.privacy.name_training.corpora import CORPORA, held_back_part, training_part
from triage.privacy.name_training.train import Plan, train_names
from triage.privacy.tagging.name_network import pipeline, set_weights

PLAN = Plan(("da",), epochs=1, texts=40, seed=3, most_excess=0.03)
SENTENCE = {"tokens": ["I", "går", "kom", "Bodil", "Friis", "til", "Odense", "."]}
TAGS = ["O", "O", "O", "B-PER", "I-PER", "O", "B-LOC", "O"]


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    for name in ("da/ddt_train.jsonl.gz", "da/ddt_dev.jsonl.gz"):
        path = tmp_path / "ner" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps({**SENTENCE, "tags": TAGS}) + "\n" for _ in range(600))
    return tmp_path / "ner"


@pytest.mark.slow
def test_equal_plans_give_equal_models(corpora: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        train_names(corpora, tmp_path / name, PLAN)
    assert (tmp_path / "one" / "card.json").read_bytes() == (tmp_path / "two" / "card.json").read_bytes()
    card = read_card("one", tmp_path)
    assert card.languages == ("da",)
    assert [corpus["sentences"] for corpus in card.corpora] == [100], "500 of 600 choose the bias"
    assert card.figures["da/ddt_dev.jsonl.gz"]["persons"] == 600
    set_weights(pipeline("da").get_pipe("ner"), read_weights("one", tmp_path))


def test_a_missing_corpus_is_named(corpora: Path, tmp_path: Path) -> None:
    (corpora / "da" / "ddt_dev.jsonl.gz").unlink()
    with pytest.raises(ConfigError, match="corpus cannot be read") as error:
        train_names(corpora, tmp_path / "out", PLAN)
    assert "ddt_dev" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_what_is_measured_with_is_not_trained_on(tmp_path: Path) -> None:
    """Of a corpus without a development part the last fifth is held back."""
    path = tmp_path / "sv" / "klintan_train.jsonl.gz"
    path.parent.mkdir()
    rows = [{"tokens": [f"Ord{number}"], "tags": ["O"]} for number in range(50)]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    (corpus,) = (corpus for corpus in CORPORA if corpus.path == "sv/klintan_train.jsonl.gz")
    trained, held = training_part(corpus, tmp_path), held_back_part(corpus, tmp_path)
    assert [text.text for text in trained] == [f"Ord{number}" for number in range(40)]
    assert [text.text for text in held] == [f"Ord{number}" for number in range(40, 50)]

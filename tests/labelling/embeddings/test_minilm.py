from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import load_file

from tests.labelling.bert_reference import hidden_states, sentence_vector
from triage.errors import ModelError
from triage.labelling.embeddings import minilm
from triage.labelling.embeddings.minilm import (
    MANIFEST,
    MODEL,
    VOCABULARY,
    check_folder,
    convert,
    is_intact,
    package_folder,
)


@pytest.fixture
def own(minilm_folder: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(minilm_folder, tmp_path / "own"))


def ids_of(sentence: str) -> list[int]:
    """Wordpieces of a sentence whose words all stand in the vocabulary."""
    lines = (package_folder() / "vocab.txt").read_text("utf-8").splitlines()
    vocabulary = {line: number for number, line in enumerate(lines)}
    return [vocabulary[word] for word in ("[CLS]", *sentence.split(), "[SEP]")]


def test_the_graph_of_the_real_weights_equals_numpy(minilm_folder: Path) -> None:
    ids = np.array([ids_of("how can i reset my password ?")])
    feed = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
    (found,) = ReferenceEvaluator(str(minilm_folder / MODEL)).run(None, feed)
    tensors = load_file(package_folder() / "model.safetensors")
    assert np.asarray(found)[0] == pytest.approx(hidden_states(tensors, list(ids[0]), 6, 12), abs=1e-4)


def test_paraphrases_are_closer_than_other_sentences() -> None:
    tensors = load_file(package_folder() / "model.safetensors")
    asked, again, other = (
        sentence_vector(tensors, ids_of(sentence), 6, 12)
        for sentence in (
            "how can i reset my password ?",
            "i forgot my password , what should i do ?",
            "the cat sat on the mat .",
        )
    )
    assert asked @ again > 0.6
    assert asked @ other < 0.2


def test_a_second_call_does_nothing(own: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in own.rglob("*")}
    assert convert(own) is False
    assert {path: path.stat().st_mtime_ns for path in own.rglob("*")} == before


@pytest.mark.parametrize("name", [MODEL, VOCABULARY, MANIFEST])
def test_what_was_changed_is_made_anew(own: Path, name: str) -> None:
    before = (own / name).read_bytes()
    if name == MANIFEST:
        stated = json.loads(before)
        (own / name).write_text(json.dumps(stated | {"source": {}}), "utf-8")
    else:
        (own / name).write_bytes(before + b"x")
        with pytest.raises(ModelError, match="is not what was converted"):
            check_folder(own)
    assert not is_intact(own)
    assert convert(own) is True
    assert (own / name).read_bytes() == before
    assert [path.name for path in own.parent.iterdir()] == [own.name]


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(ModelError, match="holds something else"):
        convert(tmp_path)
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file", "utf-8")
    with pytest.raises(ModelError, match="cannot be made"):
        convert(tmp_path / "file" / "folder")


@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_another_source_is_refused(tmp_path: Path, fault: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("vocab.txt", "config.json"):
        shutil.copy(package_folder() / name, source)
    if fault == "changed":
        (source / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelError, match=r"model\.safetensors is not that of all-MiniLM-L6-v2"):
        convert(tmp_path / "made", source)
    assert not (tmp_path / "made").exists()


def test_without_the_package_the_command_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(ModelError, match=r"jobs/embeddings\.py"):
        convert(tmp_path / "made")


@pytest.mark.parametrize("name", [MODEL, VOCABULARY])
def test_a_folder_with_a_part_missing_is_told(own: Path, name: str) -> None:
    (own / name).unlink()
    with pytest.raises(ModelError, match=f"has no {name}"):
        check_folder(own)


def test_a_folder_of_somebody_elses_needs_no_manifest(own: Path) -> None:
    (own / MANIFEST).unlink()
    check_folder(own)


def test_the_record_names_source_and_result(minilm_folder: Path) -> None:
    stated = json.loads((minilm_folder / MANIFEST).read_text("utf-8"))
    assert stated["about"]["licence"] == "Apache-2.0"
    assert sorted(stated["source"]) == ["config.json", "model.safetensors", "vocab.txt"]
    assert sorted(stated["result"]) == [VOCABULARY, MODEL]
    assert len(onnx.load(str(minilm_folder / MODEL)).graph.initializer) > 100

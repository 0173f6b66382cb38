from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from onnx import TensorProto, helper
from pyspark.ml import PipelineModel, Transformer
from pyspark.sql import SparkSession
from safetensors.numpy import load_file
from sparknlp.annotator import E5Embeddings

from tests.labelling.bert_reference import sentence_vector
from triage.errors import ModelError
from triage.labelling.embeddings.annotator import embedding_stages
from triage.labelling.embeddings.minilm import MANIFEST, MODEL, VOCABULARY, package_folder

pytestmark = pytest.mark.slow

Vectors = npt.NDArray[np.float64]
TOKENS = 16
TEXTS = {
    "short": ("hello .", "hello ."),
    "case, accents": ("HÉLLO Café", "hello cafe"),
    "pieces": ("tokenization", "token ##ization"),
    "quote marks and dashes": ("say “hello” – please…", "say “ hello ” – please …"),
    "no-break and wide blanks": ("hello\u00a0there\u2003you", "hello there you"),
    "controls": ("he\x00llo\u200b th\x07ere", "hello there"),
    "unknown": ("😀", "[UNK]"),
    "chinese": ("中国", "中 国"),
    "nothing": (None, ""),
    "empty": ("", ""),
    "blank": (" \n\t ", ""),
    "cut": ("word " * 500, "word " * (TOKENS - 2)),
    "long": ("a " * 2_000_000, "a " * (TOKENS - 2)),
}
"""Text and its wordpieces, without the marks of begin and end."""


@pytest.fixture(scope="module")
def stages(spark: SparkSession, minilm_folder: Path) -> list[Transformer]:
    return embedding_stages(str(minilm_folder), text="mail", output="vector", tokens=TOKENS)


def vectors(spark: SparkSession, stages: Sequence[Transformer], texts: Sequence[str | None]) -> Vectors:
    """One row a text, in their order, all in one partition."""
    rows = spark.createDataFrame(list(enumerate(texts)), "row int, mail string").coalesce(1)
    found = PipelineModel(list(stages)).transform(rows).select("row", "vector").collect()
    return np.array([row.vector.toArray() for row in sorted(found, key=lambda row: row.row)])


@pytest.fixture(scope="module")
def found(spark: SparkSession, stages: list[Transformer]) -> dict[str, Vectors]:
    return dict(zip(TEXTS, vectors(spark, stages, [text for text, _ in TEXTS.values()]), strict=True))


@pytest.fixture(scope="module")
def tensors() -> dict[str, npt.NDArray[Any]]:
    loaded: dict[str, npt.NDArray[Any]] = load_file(package_folder() / "model.safetensors")
    return loaded


@pytest.fixture(scope="module")
def vocabulary() -> dict[str, int]:
    lines = (package_folder() / "vocab.txt").read_text("utf-8").splitlines()
    return {line: number for number, line in enumerate(lines)}


@pytest.mark.parametrize("name", TEXTS)
def test_equals_the_reference_whatever_stands_beside(
    found: dict[str, Vectors], tensors: dict[str, Any], vocabulary: dict[str, int], name: str
) -> None:
    pieces = ("[CLS]", *TEXTS[name][1].split(), "[SEP]")
    expected = sentence_vector(tensors, [vocabulary[piece] for piece in pieces], 6, 12)
    assert found[name] == pytest.approx(expected, abs=1e-5)


def test_a_saved_pipeline_gives_the_same(
    spark: SparkSession, stages: list[Transformer], found: dict[str, Vectors], tmp_path: Path
) -> None:
    PipelineModel(stages).save(str(tmp_path / "saved"))
    again = PipelineModel.load(str(tmp_path / "saved"))
    assert (vectors(spark, again.stages, [TEXTS["short"][0]]) == found["short"]).all()


def test_two_models_stand_side_by_side(
    spark: SparkSession, minilm_folder: Path, found: dict[str, Vectors], tmp_path: Path
) -> None:
    """Spark NLP alone would refuse the second file of the name model.onnx."""
    other = Path(shutil.copytree(minilm_folder, tmp_path / "other model (2)"))
    second = embedding_stages(str(other), text="mail", output="vector", tokens=TOKENS)
    assert (vectors(spark, second, [TEXTS["short"][0]]) == found["short"]).all()


def test_more_wordpieces_see_more(
    spark: SparkSession, minilm_folder: Path, tensors: dict[str, Any], vocabulary: dict[str, int]
) -> None:
    stages = embedding_stages(str(minilm_folder), text="mail", output="vector", tokens=512)
    ids = [vocabulary[piece] for piece in ("[CLS]", *["word"] * 510, "[SEP]")]
    expected = sentence_vector(tensors, ids, 6, 12)
    assert vectors(spark, stages, ["word " * 600])[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("tokens", [2, 513])
def test_a_number_of_wordpieces_that_cannot_be(minilm_folder: Path, tokens: int) -> None:
    with pytest.raises(ModelError, match="out of range"):
        embedding_stages(str(minilm_folder), text="mail", output="vector", tokens=tokens)


def test_a_missing_folder_names_the_command(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"jobs/embeddings\.py"):
        embedding_stages(str(tmp_path / "none"), text="mail", output="vector")


@pytest.mark.parametrize(
    ("name", "told"),
    [("empty", "cannot load"), ("inputs", "no input attention_mask"), ("vocabulary", "cannot load")],
)
def test_a_folder_that_is_no_such_model_is_told(
    spark: SparkSession, minilm_folder: Path, tmp_path: Path, name: str, told: str
) -> None:
    folder = Path(shutil.copytree(minilm_folder, tmp_path / "other"))
    (folder / MANIFEST).unlink()
    if name == "vocabulary":
        (folder / VOCABULARY).write_text("a\nb\n", "utf-8")
    else:
        (folder / MODEL).write_bytes(b"" if name == "empty" else other_inputs())
    with pytest.raises(ModelError, match=told):
        embedding_stages(str(folder), text="mail", output="vector")


def other_inputs() -> bytes:
    """A model that takes words only."""
    words = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "sequence"])
    states = helper.make_tensor_value_info("last_hidden_state", TensorProto.INT64, ["batch", "sequence"])
    node = helper.make_node("Identity", ["input_ids"], ["last_hidden_state"])
    graph = helper.make_graph([node], "other", [words], [states])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


@pytest.mark.parametrize(
    ("source", "asked"),
    [("pretrained://e5_small", ("e5_small", "en")), ("pretrained://bge/de", ("bge", "de"))],
)
def test_a_model_of_the_hub_is_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, source: str, asked: tuple[str, str]
) -> None:
    seen = []

    def unreachable(*words: str) -> None:
        seen.append(words)
        raise OSError("no route")

    monkeypatch.setattr(E5Embeddings, "pretrained", unreachable)
    with pytest.raises(ModelError, match=r"hub did not give.*network"):
        embedding_stages(source, text="mail", output="vector")
    assert seen == [asked]

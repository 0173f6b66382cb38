"""Stages that are read on the driver equal those of Spark's own readers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from pyspark.ml import PipelineModel, Transformer
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
from scipy.sparse import csc_matrix, csr_matrix
from sparknlp.base import EmbeddingsFinisher

from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.features.blocks import SPARSE, counting_stages, fit_idf, idf_stages
from triage.labelling.features.terms import TEXT
from triage.labelling.linear import head_stages as linear
from triage.labelling.linear.head_stages import LinearHead, known_share_stages, margin_stages
from triage.labelling.registry.pipeline_files import read_pipeline, write_pipeline
from triage.labelling.registry.stage_reader import read_stages

BITS = 6
TEXTS = ["the invoice is overdue", "court and clause", "", "invoice invoice invoice invoice"]
MODELS = {"IDFModel", "LinearRegressionModel", "LogisticRegressionModel"}


def fitted(spark: SparkSession) -> list[Transformer]:
    """Every kind of stage of a linear model; the weights of words are kept dense, the others sparse."""
    draw = np.random.default_rng(7)
    weights = {block: fit_idf(csr_matrix(draw.integers(0, 3, (5, 2**BITS)).astype(np.float64))) for block in SPARSE}
    planes = {block: csc_matrix(draw.normal(size=(3, 2**BITS)).clip(min=0)) for block in SPARSE}
    head = LinearHead(("a", "b", "c"), planes, draw.normal(size=3))
    stages = counting_stages(SPARSE, BITS)
    for block in SPARSE:
        stages += idf_stages(spark, block, weights[block])
    stages += [*known_share_stages(spark, weights["words"])]
    stages += margin_stages(spark, [head], SPARSE[:1], with_bias=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(linear, "DENSE_BYTES", 0)
        return stages + margin_stages(spark, [head], SPARSE[1:], with_bias=False)


@pytest.fixture(scope="module")
def saved(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written by Spark; read only. The last stage is of a class that is not known."""
    folder = tmp_path_factory.mktemp("pipeline") / "saved"
    PipelineModel([*fitted(spark), finisher(), unknown()]).save(str(folder))
    return folder


def without_finisher(pipeline: PipelineModel) -> PipelineModel:
    return PipelineModel([stage for stage in pipeline.stages if not isinstance(stage, EmbeddingsFinisher)])


def unknown() -> Transformer:
    return VectorAssembler(inputCols=["words_margins", "known_share"], outputCol="together")


def finisher() -> Transformer:
    stage = EmbeddingsFinisher().setInputCols(["a"]).setOutputCols(["b"])
    return cast("Transformer", stage.setOutputAsVector(True))


def said(stage: Any) -> dict[str, Any]:
    """A stage's params without the default name of its output, which Spark's reader in Python makes up."""
    defaults = {param.name: value for param, value in stage._defaultParamMap.items()}
    defaults.pop("outputCol", None)
    return {
        "class": type(stage),
        "uids": (stage.uid, stage._java_obj.uid()),
        "set": {param.name: value for param, value in stage._paramMap.items()},
        "defaults": defaults,
        "known": {param.name for param in stage.params},
    }


def learnt(stage: Any) -> list[Any]:
    """The numbers of a model as the JVM prints them, all digits."""
    java = stage._java_obj
    parts = {
        "IDFModel": lambda: [java.idf().toString(), list(java.docFreq()), java.numDocs()],
        "LinearRegressionModel": lambda: [java.coefficients().toString(), java.intercept(), java.scale()],
        "LogisticRegressionModel": lambda: [
            java.coefficientMatrix().getClass().getName(),
            java.coefficientMatrix().toString(10_000, 10_000),
            java.interceptVector().toString(),
            java.numClasses(),
        ],
    }
    return parts[type(stage).__name__]() if type(stage).__name__ in parts else []


def test_stages_are_those_that_spark_reads(saved: Path, settings: Settings) -> None:
    expected, found = PipelineModel.load(str(saved)), read_pipeline(saved, settings)
    assert found.uid == expected.uid
    assert [said(stage) for stage in found.stages] == [said(stage) for stage in expected.stages]
    assert [learnt(stage) for stage in found.stages] == [learnt(stage) for stage in expected.stages]
    assert {type(stage).__name__ for stage in found.stages if learnt(stage)} == MODELS


def test_they_transform_as_those_that_spark_reads(spark: SparkSession, saved: Path, settings: Settings) -> None:
    frame = spark.createDataFrame(list(enumerate(TEXTS)), f"n int, {TEXT} string").coalesce(1)
    expected, found = (
        without_finisher(pipeline).transform(frame).orderBy("n").select("n", "together").collect()
        for pipeline in (PipelineModel.load(str(saved)), read_pipeline(saved, settings))
    )
    assert found == expected
    assert len({row["together"] for row in expected}) == len(TEXTS)


def test_they_can_be_saved_again(saved: Path, settings: Settings, tmp_path: Path) -> None:
    first = read_pipeline(saved, settings)
    write_pipeline(first, tmp_path / "again", settings)
    second = read_pipeline(tmp_path / "again", settings)
    assert [said(stage) for stage in second.stages] == [said(stage) for stage in first.stages]
    assert [learnt(stage) for stage in second.stages] == [learnt(stage) for stage in first.stages]


def test_only_what_is_not_known_is_left_to_its_own_reader(spark: SparkSession, saved: Path) -> None:
    asked: list[str] = []
    own = unknown()

    def reader(folder: Path, kind: type[Any]) -> Transformer:
        asked.append(folder.name)
        assert kind is VectorAssembler
        return own

    assert read_stages(saved, reader).stages[-1] is own
    assert [name.partition("_")[2].partition("_")[0] for name in asked] == ["VectorAssembler"]


@pytest.mark.parametrize(
    ("pattern", "content"),
    [("*/metadata/part-00000", b"{"), ("*_rarity_words/data/part-*", b"PAR1"), ("*_margins_*/data/*", None)],
    ids=["no_metadata", "no_parquet", "data_gone"],
)
def test_broken_files_are_told(
    spark: SparkSession, saved: Path, settings: Settings, tmp_path: Path, pattern: str, content: bytes | None
) -> None:
    broken = shutil.copytree(saved, tmp_path / "broken")
    for file in (broken / "stages").glob(pattern):
        file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read"):
        read_pipeline(broken, settings)

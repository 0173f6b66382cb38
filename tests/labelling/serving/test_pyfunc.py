"""The model as MLflow loads it."""

from __future__ import annotations

from pathlib import Path

import mlflow.pyfunc
import pandas as pd
import pytest
from pyspark.sql import SparkSession

from tests.labelling.serving.conftest import Registered
from tests.labelling.serving.requests_of_tests import ROWS
from triage.labelling.serving import pyfunc
from triage.labelling.serving.engines import frame_of
from triage.labelling.serving.inference import label
from triage.labelling.serving.records import rows_of


@pytest.mark.slow
def test_mlflow_loads_a_model_by_the_package_that_its_mlmodel_names(
    spark: SparkSession, registered: Registered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = Path(f"{registered.settings.lake.root}.mlflow").rglob("MLmodel")
    assert "loader_module: triage.labelling.serving\n" in file.read_text("utf-8")  # as in models of older lakes
    own = tmp_path / "own.yaml"
    own.write_text(f"labelling: {{taxonomy: {registered.taxonomy}}}\n", "utf-8")
    monkeypatch.setenv(pyfunc.SETTINGS, str(own))
    served = mlflow.pyfunc.load_model(str(file.parent)).predict(pd.DataFrame(ROWS[:1]))
    frame = frame_of(spark, rows_of(ROWS[:1]))
    batch = {row["head"]: row.label for row in label(frame, registered.champion).collect()}
    assert [{head: found["label"] for head, found in answer.items()} for answer in served] == [batch]

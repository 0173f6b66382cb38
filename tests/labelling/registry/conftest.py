"""A trained model that the tests of the registry share."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from tests.labelling.builders import HEADS, SOURCE, labelled, small_settings
from triage.labelling.training.result import TrainedModel
from triage.labelling.training.train import train


@pytest.fixture(scope="session")
def trained(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    """Read only."""
    return train(spark, labelled(spark), HEADS, small_settings(tmp_path_factory.mktemp("training")), SOURCE)

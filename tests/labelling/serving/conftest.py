"""One small champion for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.labelling.builders import labelled, small_settings
from triage.config import Settings
from triage.labelling.models import Champion
from triage.labelling.promotion import bundle
from triage.labelling.promotion.first_model import ensure_champion


@dataclass(frozen=True)
class Registered:
    """A champion, its settings, and the file of its taxonomy."""

    champion: Champion
    settings: Settings
    taxonomy: Path


@pytest.fixture(scope="session")
def registered(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Registered:
    folder = tmp_path_factory.mktemp("registered")
    settings = small_settings(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "read_gold", labelled)
        return Registered(ensure_champion(spark, settings), settings, folder / "taxonomy.yaml")

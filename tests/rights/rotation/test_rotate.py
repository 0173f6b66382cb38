"""The last step of a rotation may be repeated, and keys whose tokens look alike are refused."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from rich.console import Console

from triage.config import Settings, load_settings
from triage.errors import ConfigError, KeyMaterialError
from triage.lake.store import Store
from triage.lake.tables import LAKE_KEYS
from triage.pipeline.run import Run
from triage.privacy.pseudonyms.keys import keys_from_secret, load_keys
from triage.privacy.pseudonyms.lake_key import lake_key, sealed_row
from triage.progress import Progress
from triage.rights.erasure.certificate.signing import hand_over
from triage.rights.rotation.rotate import rotate
from triage.stages.replay import plan_replay

NEW = keys_from_secret(b"b" * 32)
PROGRESS = Progress(Console(file=io.StringIO()))


@pytest.fixture
def settings(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A lake as a kill leaves it between the last overwrite of a rotation and the end of the old version."""
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    monkeypatch.setattr("triage.pipeline.context.spark_session", lambda *_, **__: spark)
    settings = load_settings(overrides=[f"lake.root={tmp_path}/lake"])
    store, old = Store(spark, settings.lake.root), load_keys(settings)
    values = [tuple(sealed_row(lake_key(store, old), NEW).values())]
    store.overwrite(LAKE_KEYS, spark.createDataFrame(values, LAKE_KEYS.schema, verifySchema=False))
    plan_replay(store, [], datetime.now(UTC))
    hand_over(settings.certificates_folder, old, NEW)
    return settings


@pytest.mark.core
@pytest.mark.slow
def test_a_rotation_killed_at_its_last_step_ends_with_the_same_keys(
    settings: Settings, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(spark, settings.lake.root)
    assert rotate(settings, NEW, partial(Run, settings, PROGRESS)) == 0
    assert store.files(LAKE_KEYS) == 1
    assert len(list(Path(store.path(LAKE_KEYS)).glob("*.parquet"))) == 1
    monkeypatch.setenv("TRIAGE_KEY", "5b" * 32)
    with pytest.raises(KeyMaterialError, match="another"):
        rotate(settings, NEW, partial(Run, settings, PROGRESS))


def test_a_key_that_looks_like_the_old_one_is_refused(settings: Settings) -> None:
    alike = replace(NEW, key_id=load_keys(settings).key_id[:6] + "ffffff")
    with pytest.raises(ConfigError, match="the old one"):
        rotate(settings, alike, partial(Run, settings, PROGRESS))

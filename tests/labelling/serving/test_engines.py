"""Both engines give the same rows: of the sample mail what the night stored, of real mail what Spark says now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.labelling.serving.conftest import Registered
from tests.lakes import Lake
from tests.mail.fuzz.corpus import real_mail
from triage.config import Settings, load_settings
from triage.config.sections import LimitSettings
from triage.errors import ModelError
from triage.labelling.models import Champion
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.signature import ANSWER
from triage.labelling.serving import engines
from triage.labelling.serving.engines import ModelFiles, PlainEngine, SparkEngine, engine_of
from triage.labelling.serving.records import rows_of
from triage.labelling.taxonomy import load_taxonomy
from triage.mail.parsing.message import parse

pytestmark = pytest.mark.slow
Rows = Iterable[Mapping[str, Any]]


def settings_of(lake: Lake) -> Settings:
    return load_settings(overrides=[f"lake.root={lake.root}"])


def files_of(settings: Settings) -> ModelFiles:
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    return ModelFiles(name, registry.folder(name, str(registry.champion_version(name))))


def same(one: Rows, other: Rows) -> int:
    """Compares the columns of an answer, and gives the number of rows."""
    rows = {(row["mail_key"], row["head"]): row for row in one}
    expected = {(row["mail_key"], row["head"]): row for row in other}
    assert set(rows) == set(expected)
    for key, row in expected.items():
        for name in ANSWER:
            value = dict(row[name]) if name == "scores" else row[name]
            close = name in ("score", "scores", "threshold")
            assert rows[key][name] == (pytest.approx(value, abs=1e-12) if close else value), (key, name)
    return len(rows)


def test_the_sample_mail_has_the_labels_of_the_night(trained: Lake) -> None:
    settings = settings_of(trained)
    engine = engine_of(files_of(settings), settings)
    assert isinstance(engine, PlainEngine)
    assert same(engine(trained.rows("silver/mail")), trained.rows("gold/labels")) > 500


def test_real_mail_has_the_labels_of_spark(spark: SparkSession, trained: Lake, shared_data: Path) -> None:
    settings, limits = settings_of(trained), LimitSettings()
    parsed = (parse(data, limits) for data in islice(real_mail(shared_data), 0, 6_000, 12))
    records = [{"subject": mail.subject, "body": mail.body, "sent_at": mail.sent_at} for mail in parsed]
    mails, registry = rows_of(records), ModelRegistry(settings)
    name = settings.mlflow.registered_model
    model = registry.load(name, str(registry.champion_version(name)))
    plain = engine_of(files_of(settings), settings)
    batch = SparkEngine(spark, Champion(model, {}, load_taxonomy(settings)))
    assert same(plain(mails), batch(mails)) > 1_000


def test_a_model_that_is_not_plain_is_sparks(
    spark: SparkSession, registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, settings = files_of(registered.settings), registered.settings
    plain = engine_of(files, settings)
    monkeypatch.setattr("triage.spark.session.spark_session", lambda *_: spark)
    monkeypatch.setattr(engines, "read_plain_model", lambda *_: None)
    other = engine_of(files, settings)
    assert isinstance(other, SparkEngine)
    mails = rows_of([{"subject": "urgent matter", "body": "the invoice is overdue"}])
    assert same(plain(mails), other(mails)) == 2


def test_a_head_with_a_model_of_its_own_is_decided_by_it(
    spark: SparkSession, registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, settings = files_of(registered.settings), registered.settings
    single = {"priority": files._replace(name="triage-labels-priority")}
    mails = rows_of([{"subject": "urgent matter", "body": "the invoice is overdue"}])
    plain = list(engine_of(files, settings, single)(mails))
    monkeypatch.setattr("triage.spark.session.spark_session", lambda *_: spark)
    monkeypatch.setattr(engines, "read_plain_model", lambda *_: None)
    batch = list(engine_of(files, settings, single)(mails))
    assert same(plain, batch) == 2
    by_head = {"category": "triage-labels", "priority": "triage-labels-priority"}
    assert {row["head"]: row["model"] for row in plain} == by_head
    assert {row["head"]: row["model"] for row in batch} == by_head


def test_a_model_with_labels_that_the_taxonomy_lacks_is_refused(registered: Registered, tmp_path: Path) -> None:
    own = tmp_path / "taxonomy.yaml"
    own.write_text("heads:\n  - {name: category, labels: [billing, hr]}\n", "utf-8")
    settings = load_settings(overrides=[f"labelling.taxonomy={own}"])
    with pytest.raises(ModelError, match="does not fit the taxonomy"):
        engine_of(files_of(registered.settings), settings)


def test_a_changed_folder_is_refused(registered: Registered) -> None:
    with pytest.raises(ModelError, match="not the one that was registered"):
        engine_of(files_of(registered.settings)._replace(digest="0" * 64), registered.settings)

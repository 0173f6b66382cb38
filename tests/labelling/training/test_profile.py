"""The profile of a model's labelled rows: counted by hand, stored with the model, and absent from older ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.labelling.builders import HEADS, SOURCE, labelled, small_settings
from triage.labelling.registry.model_folder import profile_of_training, read_model_profile, write_folder
from triage.labelling.training.profile import text_profile
from triage.labelling.training.train import train
from triage.mail.word_terms import word_hash
from triage.monitoring.profiles.distributions import Counts
from triage.monitoring.profiles.profile import RUN, Profile, Slice
from triage.monitoring.profiles.profile_file import ModelProfile, read_profile, write_profile


def test_a_profile_is_read_as_it_was_written() -> None:
    profile = Profile({RUN: Slice(7, 0, {"language": Counts.of({"de": 7})})})
    found = read_profile(write_profile(ModelProfile(profile, "t")))
    assert found is not None and (found.profile, found.taxonomy_version) == (profile, "t")


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"form": 2, "taxonomy_version": "", "slices": []}', b"\xff"])
def test_what_is_no_profile_is_none(content: bytes | None) -> None:
    assert read_profile(content) is None


def test_texts_are_counted_by_language(spark: SparkSession) -> None:
    rows = [(i, "en", "Invoice", f"please pay <PERSON_{i:06x}_0123456789abcdef>") for i in range(6)]
    rows += [(9, None, None, "Guten Tag")]  # type: ignore[list-item]
    frame = spark.createDataFrame(rows, "row long, language string, subject string, body string").repartition(3)
    found = text_profile(frame)
    assert found.run.published == 7
    assert dict(found.run.counts("language").counts) == {"en": 6, "und": 1}
    assert found.run.terms().mails == {word_hash(word): 6 for word in ("invoice", "please", "pay")}
    assert found["language", "en"].numbers("words").mean == 3
    assert found["language", "und"].terms().mails == {}, "a word of one mail is not stored"
    without = text_profile(frame.select("row", "body"))
    assert dict(without.run.counts("language").counts) == {"und": 7}


@pytest.mark.slow
def test_a_model_is_stored_with_the_profile_of_its_rows(spark: SparkSession, tmp_path: Path) -> None:
    settings = small_settings(tmp_path)
    trained = train(spark, labelled(spark), HEADS, settings, SOURCE)
    run = trained.profile.run
    assert run.published == 90
    assert run.counts("label.category").total == 30, "only what the model says of held-out rows"
    assert run.numbers("score.category").total == 30
    folder = tmp_path / "model"
    folder.mkdir()
    stored = profile_of_training(trained, settings)
    write_folder(folder, trained.pipeline, trained.description, {}, settings, profile=stored)
    found = read_model_profile(folder)
    assert found is not None and found.taxonomy_version == stored.taxonomy_version
    assert found.profile.run.counts("label.category") == run.counts("label.category")
    (folder / "profile.json").unlink()
    assert read_model_profile(folder) is None

"""A training that begins at an earlier model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession

from tests.labelling.builders import HEADS, SOURCE, labelled, small_settings
from triage.labelling.candidates import chosen_candidates
from triage.labelling.candidates.linear import FittedLinear
from triage.labelling.families import with_logits
from triage.labelling.features.terms import with_text
from triage.labelling.models import LoadedModel
from triage.labelling.training.preparation import prepare, training_data
from triage.labelling.training.result import OURS
from triage.labelling.training.train import train
from triage.labelling.training.warm_start import warm_starts


@pytest.mark.slow
def test_the_weights_come_back_and_training_goes_on_from_them(spark: SparkSession, tmp_path: Path) -> None:
    settings, rows = small_settings(tmp_path), labelled(spark)
    first = train(spark, rows, HEADS, settings, SOURCE)
    model = LoadedModel("m", "1", first.pipeline, first.description)
    starts = warm_starts(model, HEADS)
    assert set(starts) == {head.name for head in HEADS}

    prepared = prepare(rows, settings, HEADS)
    data = training_data(spark, prepared, HEADS, chosen_candidates(settings), settings, declared=True)
    every = np.ones(len(data.rows), dtype=np.bool_)
    found = with_logits(with_text(rows, ("row",)), model).orderBy("row").select("raw_category").collect()
    start = starts["category"].fitted
    assert isinstance(start, FittedLinear)
    np.testing.assert_allclose(start.logits(data, every), [row[0] for row in found], atol=1e-9, rtol=0)

    again = train(spark, rows, HEADS, settings, SOURCE, warm_starts=starts)
    for head in HEADS:
        before, after = (one.description.head(head.name) for one in (first, again))
        assert before is not None and after is not None
        assert (after.candidate, after.params) == (before.candidate, before.params)
        assert abs(again.scores[head.name][OURS].macro_f1 - first.scores[head.name][OURS].macro_f1) < 0.02


def test_it_goes_on_whatever_candidates_are_searched_now(spark: SparkSession, tmp_path: Path) -> None:
    first = train(spark, labelled(spark), HEADS, small_settings(tmp_path), SOURCE)
    starts = warm_starts(LoadedModel("m", "1", first.pipeline, first.description), HEADS)
    settings = small_settings(tmp_path, "labelling.search.candidates=[scikit_learn]")
    again = train(spark, labelled(spark), HEADS[:1], settings, SOURCE, warm_starts={"category": starts["category"]})
    about = again.description.head("category")
    assert about is not None
    assert about.candidate == "terms"

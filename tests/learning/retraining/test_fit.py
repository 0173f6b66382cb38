"""Which heads a training from corrections has."""

from __future__ import annotations

import pytest

from triage.config.learning.retraining import RetrainingSettings
from triage.errors import ConfigError
from triage.labelling.taxonomy import Head
from triage.learning.retraining.fit import fitted_heads

CATEGORY = Head(name="category", labels=("sales", "hr"))
OWN = Head(name="region", labels=("north", "south"))
SAMPLE = [("train", "category", "sales"), ("train", "category", "hr"), ("test", "category", "hr")]
CORRECTED = [("train", "region", "north"), ("train", "region", "south")]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(SAMPLE, ["category"], id="a head of the sample"),
        pytest.param(SAMPLE + CORRECTED, ["category"], id="two corrected labels of a head that the sample lacks"),
        pytest.param(
            [*SAMPLE, *CORRECTED, ("test", "region", "north")], ["category", "region"], id="with a held-out row"
        ),
        pytest.param(
            [*SAMPLE, *CORRECTED, ("test", "region", "west")], ["category"], id="held out with an unknown label"
        ),
        pytest.param(
            [*SAMPLE, ("train", "region", "north"), ("test", "region", "south")], ["category"], id="one label"
        ),
    ],
)
def test_heads_that_can_be_learnt_and_evaluated(seen: list[tuple[str, str, str]], expected: list[str]) -> None:
    assert [head.name for head in fitted_heads(seen, (CATEGORY, OWN))] == expected


def test_a_sample_without_any_of_the_heads_is_an_error_with_a_remedy() -> None:
    with pytest.raises(ConfigError, match="none of the heads") as found:
        fitted_heads(CORRECTED, (CATEGORY, OWN))
    assert "--labelled" in str(found.value)


def test_the_sample_cannot_weigh_nothing() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        RetrainingSettings(sample_weight=0)

"""Profiles and views for the tests of performance and fairness, made of plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.monitoring.builders import RUN
from triage.config import Settings, load_settings
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, Terms
from triage.monitoring.profiles.profile import RUN as ALL
from triage.monitoring.profiles.profile import Profile, Slice, SliceKey
from triage.monitoring.view import HeadFacts, ModelFacts, PastValue, RunView

FIRST = datetime(2026, 10, 1, 2, tzinfo=UTC)
MODEL = ModelFacts("labels", "3", {"category": HeadFacts(accuracy=0.9, calibration_error=0.01, rows=2_000)})
SETTINGS = load_settings()


def settings_with(**performance: Any) -> Settings:
    """Settings of the project with other limits of performance."""
    limits = SETTINGS.monitoring.performance.model_copy(update=performance)
    monitoring = SETTINGS.monitoring.model_copy(update={"performance": limits})
    return SETTINGS.model_copy(update={"monitoring": monitoring})


def head_slice(
    scores: npt.ArrayLike,
    threshold: float = 0.0,
    *,
    head: str = "category",
    reason: str = "LOW_SCORE",
    labels: Mapping[str, int] | None = None,
    terms: Mapping[int, int] | None = None,
) -> Slice:
    """Mails with these scores of a head, which abstains for `reason` below the threshold."""
    top = np.asarray(scores, dtype=np.float64)
    decided = top[top >= threshold]
    features: dict[str, Distribution] = {
        f"score.{head}": Numbers.of(top),
        f"decided_score.{head}": Numbers.of(decided),
        f"abstained.{head}": Counts.of({"decided": len(decided), reason: len(top) - len(decided)}),
        f"best_label.{head}": Counts.of(labels or {"billing": len(top)}),
        "terms": Terms(terms or {}),
    }
    return Slice(published=len(top), features=features)


def profile_of(run: Slice, slices: Mapping[SliceKey, Slice] | None = None) -> Profile:
    """A profile of all mails and of slices of them."""
    return Profile({ALL: run, **(slices or {})})


def view_of(now: Profile, **changes: Any) -> RunView:
    """A run with these mails, by a model that was right in 90 of 100 cases."""
    base = RunView(settings=SETTINGS, record=replace(RUN, started_at=FIRST + timedelta(days=60)), now=now, model=MODEL)
    return replace(base, **changes)


def past_values(metric: str, values: Sequence[float], mails: int = 1_000) -> list[PastValue]:
    """A metric's values of all mails in daily runs."""
    return [
        PastValue(f"run-{day}", FIRST + timedelta(days=day), metric, "run", "", value, mails)
        for day, value in enumerate(values)
    ]


def correction(number: int, **changes: Any) -> dict[str, Any]:
    """A row of gold/corrections: a category that a person changed from billing to sales."""
    return {
        "correction_id": f"c{number}",
        "mail_key": f"mail-{number}",
        "corrected_at": FIRST + timedelta(minutes=number),
        "corrected_by": "person",
        "head": "category",
        "decided": "billing",
        "label": "sales",
        "reason": None,
        "source": "page",
        "model_version": "3",
        "undoes": None,
        **changes,
    }

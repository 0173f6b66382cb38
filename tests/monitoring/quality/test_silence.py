"""Undisturbed runs of generated mail: how rarely a figure of quality, service or value differs from what is usual."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest

from tests.monitoring.generated_mails import generated_mails
from tests.monitoring.profiles.rows import SCHEMA
from tests.monitoring.simulation import FIRST_NIGHT, drawn, received
from tests.monitoring.views import Lake
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.observations import micros_of
from triage.monitoring.profiles.partial import partial_profile
from triage.monitoring.quality.metrics import METRICS as QUALITY
from triage.monitoring.service.metrics import METRICS as SERVICE
from triage.monitoring.value.metrics import METRICS as VALUE
from triage.monitoring.view import RunView
from triage.monitoring.watch import measure


def measured(view: RunView) -> tuple[Measurement, ...]:
    found = measure(view, (*QUALITY, *SERVICE, *VALUE))
    assert found.failed == ()
    return found.measurements


def differs(one: Measurement) -> bool:
    if one.usual is None or one.low is None or one.high is None:
        return False
    return not one.low <= one.usual <= one.high


@pytest.mark.slow
@pytest.mark.parametrize(("mails", "runs", "every", "most"), [
    (40, 200, timedelta(hours=6), 18), (600, 50, timedelta(days=1), 7),
], ids=["200 runs of 40 mails", "50 nights of 600 mails"])  # fmt: skip
def test_undisturbed_runs_differ_in_at_most_one_of_twenty(mails: int, runs: int, every: timedelta, most: int) -> None:
    """`most` is what a true rate of 5 % exceeds in fewer than one of a hundred such series (binomial)."""
    lake, odd = Lake(measured), 0
    for number in range(runs):
        at = FIRST_NIGHT + every * number
        rows = [received(mail, at) for mail in drawn(generated_mails(), mails, number)]
        slices = partial_profile(pa.Table.from_pylist(rows, schema=SCHEMA), micros_of(at)).slices
        odd += any(differs(one) for one in lake.run(slices, at).values())
        lake.forget(at - timedelta(days=35))
    assert odd <= most

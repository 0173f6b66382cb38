"""A fault that strikes a night at a random moment costs no row and doubles none, once a plain rerun has ended.

The gate runs a few of the faults, each at one moment; tests/benchmark/kill_matrix.py runs all at many.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from tests.faults.kinds import FAKETIME, FAULTS
from tests.faults.night import make_exports, moments, night_over
from tests.faults.trial import trial
from tests.lakes import Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

SEED = int(os.environ.get("TRIAGE_KILL_SEED", "20261130"))
COMPARABLE = [name for name in FAULTS if name != "source changes"]
"""Those after which the tables are an undisturbed night's of the same export."""


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_exports(tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="module")
def calm(trained: Lake, exports: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, float]:
    """The lake of an undisturbed night, and its seconds."""
    night = night_over(trained, exports, tmp_path_factory.mktemp("calm") / "night", Random(SEED))
    code, seconds = night.run()
    assert code == 0
    return night.lake, seconds


@pytest.mark.exhaustive(sample=1)
@pytest.mark.parametrize("fault", COMPARABLE)
def test_a_plain_rerun_makes_a_fault_good(
    fault: str, trained: Lake, exports: Path, calm: tuple[Lake, float], tmp_path: Path
) -> None:
    if fault in ("disk full", "lake read-only") and os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    if fault == "clock jumps" and FAKETIME is None:
        pytest.skip("Debian's libfaketime is not installed")
    undisturbed, whole = calm
    [(at, chance)] = moments(SEED, fault, 1, whole)
    found = trial(night_over(trained, exports, tmp_path / "night", chance), fault, 0, at, undisturbed)
    assert found.rerun_codes[-1] == 0, found
    assert (found.lost, found.doubled, found.changed) == (0, 0, 0), found

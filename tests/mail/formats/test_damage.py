"""Files of each format, cut off and with changed bytes: a reason, never an error, and no mail lost in silence."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from tests.mail.formats.samples import FILES, before, damages, is_told, outcome, records_of
from tests.sampling import SEED
from triage.config import LimitSettings
from triage.mail.keys import mail_key

LIMITS = LimitSettings(stored_bytes=2**22, unpacked_bytes=2**24, cpu_seconds=10)
DAMAGES = 25


def whole_mails(folder: Path, name: str) -> frozenset[str]:
    file, data, count = FILES[name]
    found = records_of(folder, file, data, LIMITS)
    assert [record.fault for record in found] == [None] * count
    return frozenset(mail_key(record.data) for record in found)


@pytest.mark.exhaustive(sample=3, always=("mbox", "msg"))
@pytest.mark.parametrize("name", FILES)
def test_damage_costs_what_is_damaged(tmp_path: Path, name: str) -> None:
    """Other damage each day; the header of the test run has the seed."""
    file, data, _ = FILES[name]
    mails = whole_mails(tmp_path, name)
    rng = Random(f"{os.environ[SEED]} {name}")
    for at, damaged in islice(damages(data, rng), DAMAGES):
        found = outcome(records_of(tmp_path, file, damaged, LIMITS), mails)
        assert found.whole == len(mails) or is_told(name, damaged, found), (at, len(damaged))
        assert found.whole >= before(name, at), (at, len(damaged))


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_whole(tmp_path: Path, name: str) -> None:
    assert len(whole_mails(tmp_path, name)) > 0

"""A seeded part of the fuzz job (tests/benchmark/fuzz.py) in each gate: mutated mails through the bounded parser."""

from __future__ import annotations

import os
from itertools import islice

from tests.mail.fuzz.bounded import Outcome, outcomes, wrong
from tests.mail.fuzz.corpus import corpus, generated
from tests.mail.fuzz.mutations import MUTATIONS, mutated
from tests.sampling import SEED
from triage.config import PROJECT, LimitSettings
from triage.mail.parsing.message import parse
from triage.mail.parsing.parsed import ParsedMail
from triage.reasons import Reason
from triage.sandbox.limits import Bounds

MAILS = 400
LIMITS = LimitSettings()
_OVER = {Reason.CPU_LIMIT, Reason.MEMORY_LIMIT, Reason.TIME_LIMIT, Reason.DETECTOR_KILLED, Reason.DETECTOR_FAILED}


def test_mutated_mails_keep_within_2_s_and_300_mb() -> None:
    """Other mutations each day; the header of the test run has the seed."""
    mails = corpus(PROJECT.parent / "shared" / "data")
    cases = list(islice(mutated(mails, sum(os.environ[SEED].encode())), MAILS))
    found = list(outcomes(mail for _, mail in cases))
    assert len(found) == MAILS
    broken = [(kind, one) for (kind, _), one in zip(cases, found, strict=True) if one.wrong or _OVER & set(one.faults)]
    assert broken == []
    assert max(one.cpu_seconds for one in found) < 2
    assert max(one.memory_bytes for one in found) < 300 * 2**20


def test_a_seed_gives_the_same_mutations_and_each_kind() -> None:
    mails = generated()[:50]
    first, again = (list(islice(mutated(mails, 7), 300)) for _ in range(2))
    assert first == again
    assert {kind for kinds, _ in first for kind in kinds.split("+")} == set(MUTATIONS)


def test_values_that_must_not_be_are_seen() -> None:
    found = parse(b"From: a@example.org\nSubject: x\n\ntext", LIMITS)
    assert list(wrong(found, LIMITS)) == []
    assert list(wrong(ParsedMail(body="a\x00"), LIMITS)) == ["a text that is no clean Unicode"]
    assert list(wrong(ParsedMail(faults=(Reason.PARSE_ERROR,), subject="s"), LIMITS)) == [
        "a fault that was not foreseen",
        "a faulty mail with values",
    ]


def test_a_lost_child_is_an_outcome() -> None:
    tight = Bounds(cpu_seconds=60, memory_bytes=2**20, wall_seconds=60)
    mail = b"From: a@example.org\n\n" + b"text " * 2_000_000
    assert list(outcomes([mail], tight)) == [Outcome((Reason.MEMORY_LIMIT,))]

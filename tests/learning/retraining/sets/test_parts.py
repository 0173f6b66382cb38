"""Which mails are held back for the gate."""

from __future__ import annotations

from typing import Any

import pytest

from triage.learning.guards.outcome import MailFacts
from triage.learning.retraining.sets.parts import draw_parts
from triage.privacy.pseudonyms.keys import keys_from_secret

KEYS, OTHER_KEYS = keys_from_secret(b"1" * 32), keys_from_secret(b"2" * 32)


def mail(near: int, thread: str | None = None) -> MailFacts:
    return MailFacts(sender=None, thread=thread, queue=None, near=near, language="en")


def used(key: str, part: str) -> dict[str, Any]:
    return {"mail_key": key, "part": part}


MANY = {f"{number:064x}": mail(number) for number in range(4_000)}


def test_share_is_held_back() -> None:
    parts = draw_parts(MANY, [], 0.25, KEYS, at_random=MANY.keys())
    assert parts.keys() == MANY.keys()
    held = sum(part == "gate" for part in parts.values()) / len(parts)
    assert held == pytest.approx(0.25, abs=0.03)  # four standard deviations


def test_draw_is_the_same_each_time_and_unknown_without_the_key() -> None:
    parts = draw_parts(MANY, [], 0.25, KEYS, at_random=MANY.keys())
    assert parts == draw_parts(dict(reversed(MANY.items())), [], 0.25, KEYS, at_random=MANY.keys())
    assert parts != draw_parts(MANY, [], 0.25, OTHER_KEYS, at_random=MANY.keys())


def test_threads_and_near_duplicates_stay_together() -> None:
    chain = {
        f"{number:03d}": mail(number // 2, f"thread-{(number + 1) // 2}") for number in range(60)
    }  # 0-1 near, 1-2 one thread, 2-3 near, ...
    assert len(set(draw_parts(chain, [], 0.5, KEYS, at_random=chain.keys()).values())) == 1


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param([used("a", "gate")], {"a": "gate", "b": "gate"}, id="joins what was held back"),
        pytest.param([used("a", "train")], {"a": "train", "b": "train"}, id="joins what was learnt"),
        pytest.param(
            [used("a", "gate"), used("c", "train")],
            {"a": "gate", "b": "train", "c": "train"},
            id="two groups that became one",
        ),
        pytest.param([used("a", "gate"), used("a", "train")], {"a": "train"}, id="learnt from by any training"),
    ],
)
@pytest.mark.parametrize("share", [0.0, 0.89])
def test_part_is_kept(before: list[dict[str, Any]], expected: dict[str, str], share: float) -> None:
    facts = {key: mail(1) for key in expected}
    assert draw_parts(facts, before, share, KEYS, at_random=facts.keys()) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param([], {"a": "gate", "b": "gate", "c": "gate"}, id="thread and near-duplicate of an audited mail"),
        pytest.param(
            [used("b", "train")], {"a": "train", "b": "train", "c": "train"}, id="was learnt before the audit"
        ),
    ],
)
def test_what_belongs_to_an_audited_mail_is_not_learnt(before: list[dict[str, Any]], expected: dict[str, str]) -> None:
    facts = {"a": mail(1, "thread"), "b": mail(2, "thread"), "c": mail(1)}
    assert draw_parts(facts, before, 0.0, KEYS, apart={"a"}) == expected


def test_only_what_the_gate_can_use_is_held_back() -> None:
    random = {key for number, key in enumerate(MANY) if number % 2}
    parts = draw_parts(MANY, [], 0.89, KEYS, at_random=random)
    assert {key for key, part in parts.items() if part == "gate"} < random


def test_nothing_was_corrected() -> None:
    assert draw_parts({}, [], 0.25, KEYS) == {}

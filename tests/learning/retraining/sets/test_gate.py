"""Which mails the gate of a learning step compares on, and what counts as their right labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from triage.config.learning.guards import GuardSettings
from triage.learning.guards.outcome import MailFacts
from triage.learning.retraining.sets.gate import GateMail, gate_mails
from triage.learning.retraining.sets.material import Material

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DRAWN = NOW - timedelta(days=3)
SETTINGS = GuardSettings()
Row = dict[str, Any]


def said(key: str, label: str = "hr", source: str = "audit", who: str = "ann", **given: Any) -> Row:
    """An answer of the day after the draw, but for what is given."""
    fields = {
        "correction_id": f"{key}{label}{source}{who}{given}",
        "mail_key": key,
        "head": "category",
        "label": label,
        "decided": "sales",
        "source": source,
        "corrected_by": who,
        "corrected_at": DRAWN + timedelta(days=1),
        "undoes": None,
    }
    return fields | given


def asked(key: str, purpose: str = "audit", head: str = "category") -> Row:
    return {"mail_key": key, "head": head, "purpose": purpose, "drawn_at": DRAWN}


def in_set(key: str, part: str, head: str = "category") -> Row:
    return {"mail_key": key, "part": part, "head": head}


def mail(near: int, thread: str | None = None, queue: str = "q") -> MailFacts:
    return MailFacts(sender=None, thread=thread, queue=queue, near=near, language="en")


def found(
    rows: Sequence[Row],
    drawn: Sequence[Row] = (),
    sets: Sequence[Row] = (),
    gold: dict[tuple[str, str], str] | None = None,
    facts: dict[str, MailFacts] | None = None,
) -> list[GateMail]:
    own = {key: mail(number) for number, key in enumerate("abcdefgh")} if facts is None else facts
    return gate_mails(Material(rows, own, gold or {}, [], drawn), sets, SETTINGS, NOW)


HELD = [in_set("a", "gate")]


@pytest.mark.parametrize(
    ("rows", "drawn", "sets", "counts"),
    [
        pytest.param([said("a")], [asked("a")], [], True, id="audit"),
        pytest.param([said("a", source="page")], [asked("a", "random")], HELD, True, id="random, held back"),
        pytest.param([said("a", source="page")], [asked("a", "random")], [], False, id="random, in no set"),
        pytest.param([said("a", source="page")], [], HELD, False, id="not drawn at random"),
        pytest.param([said("a", source="file")], [], HELD, False, id="a file of wrong labels"),
        pytest.param([said("a", source="file")], [asked("a", "random")], HELD, False, id="a file of a random draw"),
        pytest.param([said("a", source="move")], [asked("a", "random")], HELD, False, id="a moved mail"),
        pytest.param([said("a", source="move")], [asked("a")], [], False, id="a moved mail of an audit"),
        pytest.param(
            [said("a", corrected_at=DRAWN - timedelta(days=1))], [asked("a")], [], False, id="before the draw"
        ),
        pytest.param([said("a")], [asked("a"), asked("a", head="kind")], [], False, id="one of two heads answered"),
        pytest.param(
            [said("a"), said("a", "spam", head="kind")], [asked("a"), asked("a", head="kind")], [], True, id="both"
        ),
        pytest.param([said("z")], [asked("z")], [], False, id="mail is gone"),
    ],
)
def test_which_mails_count(rows: list[Row], drawn: list[Row], sets: list[Row], counts: bool) -> None:
    assert bool(found(rows, drawn, sets)) == counts


def test_a_mail_has_one_row_with_all_its_heads() -> None:
    rows, drawn = [said("a"), said("a", "spam", head="kind")], [asked("a"), asked("a", head="kind")]
    (one,) = found(rows, drawn, gold={("a", "priority"): "low"})
    assert (one.labels, one.origin) == ({"category": "hr", "kind": "spam", "priority": "low"}, "gold")


def test_the_gold_set_counts_without_any_answer_and_before_answers() -> None:
    mails = found([said("a")], [asked("a")], gold={("a", "category"): "legal", ("b", "category"): "hr"})
    assert [(one.mail_key, one.labels, one.origin) for one in mails] == [
        ("a", {"category": "legal"}, "gold"),
        ("b", {"category": "hr"}, "gold"),
    ]


GOLD = {(key, "category"): "hr" for key in "bcdefgh"}
"""Questions by which people's trust is known."""

LATER: dict[str, Any] = {"corrected_at": NOW, "source": "file"}


def answers_of(who: str, *, right: bool) -> list[Row]:
    return [said(key, "hr" if right else "legal", "page", who) for key in "bcdefgh"]


@pytest.mark.parametrize(
    ("more", "label"),
    [
        pytest.param([said("a", "sales", who="mallory", **LATER)], {"category": "hr"}, id="below the trust floor"),
        pytest.param([said("a", "sales", who="ben", **LATER)], None, id="as trusted: nobody knows"),
        pytest.param([said("a", who="ben", **LATER)], {"category": "hr"}, id="the same label"),
        pytest.param([said("a", "sales", **LATER)], {"category": "sales"}, id="who answered changes it"),
    ],
)
def test_later_answers_are_votes_by_trust(more: list[Row], label: dict[str, str] | None) -> None:
    rows = [
        said("a"),
        *more,
        *answers_of("ann", right=True),
        *answers_of("ben", right=True),
        *answers_of("mallory", right=False),
    ]
    labels = {one.mail_key: one.labels for one in found(rows, [asked("a")], gold=GOLD)}
    assert labels.get("a") == label


@pytest.mark.parametrize(
    ("facts", "sets", "keys"),
    [
        pytest.param({"a": mail(1, "t"), "b": mail(2, "t")}, [in_set("b", "train")], [], id="a thread that was learnt"),
        pytest.param({"a": mail(1), "b": mail(1)}, [in_set("b", "train")], [], id="a near-duplicate that was learnt"),
        pytest.param(
            {"a": mail(1, "t"), "b": mail(2, "t"), "c": mail(2)},
            [in_set("c", "train")],
            [],
            id="joined by another mail",
        ),
        pytest.param({"a": mail(1), "b": mail(2)}, [in_set("b", "train")], ["a"], id="something else was learnt"),
        pytest.param({"a": mail(1), "b": mail(1)}, [], ["a"], id="near-duplicates once"),
        pytest.param({"a": mail(1, "t"), "b": mail(2, "t")}, [], ["a", "b"], id="a thread"),
    ],
)
def test_groups(facts: dict[str, MailFacts], sets: list[Row], keys: list[str]) -> None:
    rows = [said(key) for key in ("a", "b")]
    mails = found(rows, [asked("a"), asked("b")], sets, facts=facts)
    assert [one.mail_key for one in mails] == keys
    assert len({one.group for one in mails}) == len({facts[one.mail_key].thread or one.mail_key for one in mails})

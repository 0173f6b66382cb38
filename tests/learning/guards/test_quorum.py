"""Dangerous changes need several trusted people."""

from __future__ import annotations

import pytest

from tests.learning.guards.builders import HEAD, NOW, Row, correction, facts
from triage.config.learning.guards import DangerousChange, GuardSettings
from triage.learning.guards.guard import guarded
from triage.learning.guards.outcome import LeftOut, MailFacts
from triage.learning.guards.votes import Key

AWAY = DangerousChange(head=HEAD, away_from="legal")
TOWARDS = DangerousChange(head=HEAD, towards="billing")
QUEUE = DangerousChange(head=HEAD, queue="board")
GOLD: dict[Key, str] = {(f"g{number}", HEAD): "hr" for number in range(4)}
FACTS: dict[str, MailFacts] = {"m": facts(1, queue="board"), "n": facts(1), "other": facts(2)}


def asked(*people: str) -> list[Row]:
    """Right answers to four gold questions, each."""
    return [correction(mail, "hr", who, days=1) for who in people for mail, _ in GOLD]


def changed(who: str, *, label: str = "billing", decided: str | None = "legal", mail: str = "m") -> Row:
    return correction(mail, label, who, decided=decided)


MOVED = {**changed("bob"), "source": "move"}
CASES: dict[str, tuple[DangerousChange, list[Row], bool]] = {
    "one person": (AWAY, [*asked("ann"), changed("ann")], True),
    "two people": (AWAY, [*asked("ann", "bob"), changed("ann"), changed("bob")], False),
    "two, one of whom nobody knows": (AWAY, [*asked("ann"), changed("ann"), changed("bob")], True),
    "two who say otherwise": (AWAY, [*asked("ann", "bob"), changed("ann"), changed("bob", label="hr")], True),
    "two, on near-duplicates": (AWAY, [*asked("ann", "bob"), changed("ann"), changed("bob", mail="n")], False),
    "two, on different mails": (AWAY, [*asked("ann", "bob"), changed("ann"), changed("bob", mail="other")], True),
    "one, and a moved mail": (AWAY, [*asked("ann", "bob"), changed("ann"), MOVED], True),
    "a label that the rule does not name": (AWAY, [changed("ann", decided="hr")], False),
    "one who confirms": (AWAY, [changed("ann", label="legal")], False),
    "towards a trusted label": (TOWARDS, [*asked("ann"), changed("ann", decided="hr")], True),
    "towards a trusted label where the model abstained": (TOWARDS, [*asked("ann"), changed("ann", decided=None)], True),
    "in a queue": (QUEUE, [*asked("ann"), changed("ann", decided="hr", label="sales")], True),
    "in another queue": (QUEUE, [*asked("ann"), changed("ann", decided="hr", label="sales", mail="n")], False),
}


@pytest.mark.parametrize("case", CASES)
def test_a_dangerous_change(case: str) -> None:
    rule, rows, waits = CASES[case]
    found = guarded(rows, FACTS, GOLD, GuardSettings(dangerous=(rule,), quorum=2, quorum_gold=3), NOW)
    learnt = {(one.mail_key, one.head) for one in found.examples}
    waiting = {key for key, why in found.left_out.items() if why in (LeftOut.QUORUM, LeftOut.CONFLICT)}
    assert bool(waiting) == waits
    assert not waiting & learnt
    assert waiting <= set(found.pending())
    assert waiting | learnt == {(row["mail_key"], HEAD) for row in rows if not row["mail_key"].startswith("g")}

"""What is taken back, and taken back again, is what the rule of monitoring says is in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.learning.corrections.lakes import NOW, proposal, stored
from triage.config import Settings
from triage.lake.store import Store
from triage.learning.corrections.add import add_corrections, undo
from triage.learning.corrections.proposal import Code, Outcome, Source
from triage.learning.corrections.reviewers import reviewer_token
from triage.monitoring.performance.corrections import in_force
from triage.privacy.pseudonyms.keys import Keys


class Desk:
    """Corrects the first mail, and undoes; corrections are called by their labels, undos by their number."""

    def __init__(self, lake: Store, settings: Settings, keys: Keys) -> None:
        self.lake, self.settings, self.keys = lake, settings, keys

    def correct(self, label: str, minute: int, who: str = "Ann Berg") -> str:
        one = proposal(label=label, at=NOW + timedelta(minutes=minute), correction_id=f"correction-{label}", who=who)
        assert add_corrections(self.lake, self.settings, self.keys, [one], "page").added == 1
        return f"correction-{label}"

    def undo(self, correction_id: str, who: str = "Ann Berg") -> Outcome:
        return undo(self.lake, self.settings, self.keys, correction_id, who, None)

    def undo_of(self, correction_id: str) -> str:
        """The newest undo of a correction."""
        rows = [row for row in stored(self.lake) if row["undoes"] == correction_id]
        return str(max(rows, key=lambda row: row["corrected_at"])["correction_id"])

    @property
    def labels(self) -> list[str]:
        return [row["label"] for row in in_force(stored(self.lake))]


@pytest.fixture
def desk(lake: Store, settings: Settings, keys: Keys) -> Desk:
    return Desk(lake, settings, keys)


def test_an_undo_leaves_what_was_in_force_before(desk: Desk) -> None:
    desk.correct("sales", 0)
    last = desk.correct("hr", 1, "Bo Lind")
    assert desk.labels == ["hr"]
    assert desk.undo(last) == Outcome(1, 0)
    assert desk.labels == ["sales"]


def test_an_undo_row_says_who_and_what(desk: Desk) -> None:
    first = desk.correct("sales", 0)
    desk.undo(first, "Bo Lind")
    row = next(row for row in stored(desk.lake) if row["undoes"])
    assert (row["undoes"], row["corrected_by"]) == (first, reviewer_token("Bo Lind", desk.keys))
    assert (row["head"], row["label"], row["decided"], row["source"]) == ("category", "sales", "billing", "page")


def test_what_is_taken_back_stays_so(desk: Desk) -> None:
    first = desk.correct("sales", 0)
    assert [desk.undo(first), desk.undo(first)] == [Outcome(1, 0), Outcome(0, 1)]
    assert len(stored(desk.lake)) == 2


def test_an_undo_may_be_taken_back_and_made_again(desk: Desk) -> None:
    first = desk.correct("sales", 0)
    desk.undo(first)
    desk.undo(desk.undo_of(first))
    assert desk.labels == ["sales"]
    desk.undo(first)
    assert desk.labels == []
    desk.undo(desk.undo_of(first))
    assert desk.labels == ["sales"]
    assert len(stored(desk.lake)) == 5


def test_an_undo_of_an_undo_of_an_undo(desk: Desk) -> None:
    name = desk.correct("sales", 0)
    seen = []
    for _ in range(4):
        desk.undo(name)
        name = desk.undo_of(name)
        seen.append(desk.labels)
    assert seen == [[], ["sales"], [], ["sales"]]


def test_a_correction_of_this_moment_can_be_taken_back(desk: Desk) -> None:
    """Its time may be a little ahead of this machine's, and the undo must come after it."""
    one = proposal(at=NOW.replace(year=2026), correction_id="correction-x")
    add_corrections(desk.lake, desk.settings, desk.keys, [one], "page")
    desk.undo("correction-x")
    times = {row["undoes"]: row["corrected_at"] for row in stored(desk.lake)}
    assert times["correction-x"] > times[None]


@pytest.mark.parametrize(
    ("correction_id", "who", "code"),
    [
        ("0" * 32, "Ann Berg", Code.UNKNOWN_CORRECTION),
        ("\ud800", "Ann Berg", Code.UNKNOWN_CORRECTION),
        ("correction-sales", " ", Code.UNKNOWN_PERSON),
    ],
    ids=["unknown correction", "no text", "nobody"],
)
def test_what_cannot_be_taken_back(desk: Desk, correction_id: str, who: str, code: Code) -> None:
    desk.correct("sales", 0)
    assert [one.code for one in desk.undo(correction_id, who).rejected] == [code]
    assert desk.labels == ["sales"]


@pytest.mark.parametrize("source", ["file", "page"])
@pytest.mark.parametrize(
    ("who", "codes", "left"),
    [
        pytest.param("Ann Berg", [], [], id="one's own"),
        pytest.param("Bo Lind", [Code.NOT_OWN], ["sales"], id="somebody else's"),
    ],
)
def test_only_an_operator_takes_back_what_others_said(
    desk: Desk, source: Source, who: str, codes: list[Code], left: list[str]
) -> None:
    one = proposal(who=who, label="", undoes=desk.correct("sales", 0), at=NOW + timedelta(minutes=1))
    outcome = add_corrections(desk.lake, desk.settings, desk.keys, [one], source)
    assert [rejected.code for rejected in outcome.rejected] == codes
    assert desk.labels == left


def test_what_an_operator_took_back_its_author_does_not_bring_back(desk: Desk) -> None:
    first = desk.correct("sales", 0)
    desk.undo(first, "Bo Lind")
    one = proposal(label="", undoes=desk.undo_of(first), at=NOW + timedelta(minutes=1))
    outcome = add_corrections(desk.lake, desk.settings, desk.keys, [one], "file")
    assert [rejected.code for rejected in outcome.rejected] == [Code.NOT_OWN]
    assert desk.labels == []

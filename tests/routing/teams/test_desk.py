"""Who takes a mail: skills, limits, balance and repetition."""

from __future__ import annotations

import hashlib
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from triage.routing.teams.desk import Desk, Waiting
from triage.routing.teams.queue import Queue, Team


def _desk(*teams: Team, overflow: str | None = None) -> Desk:
    return Desk({"q": Queue("q", teams, overflow)})


def _mail(number: int, able: tuple[bool, ...], batch: int = 1, day: int = 1, team: str | None = None) -> Waiting:
    return Waiting(hashlib.sha256(str(number).encode()).hexdigest(), batch, day, able, team)


def test_a_limit_a_day_is_of_all_batches() -> None:
    desk = _desk(Team("a", per_day=1), overflow="more")
    places = [desk.place("q", _mail(n, (True,), batch=n, day=day)) for n, day in ((1, 1), (2, 1), (3, 2))]
    assert [(one.queue, one.team) for one in places] == [("q", "a"), ("more", None), ("q", "a")]
    assert places[1].note == "the teams of q are full"


def test_a_limit_a_batch_is_of_all_days() -> None:
    desk = _desk(Team("a", per_batch=1))
    places = [desk.place("q", _mail(n, (True,), batch=batch, day=n)) for n, batch in ((1, 1), (2, 1), (3, 2))]
    assert [(one.queue, one.team) for one in places] == [("q", "a"), ("q", None), ("q", "a")]


def test_nobody_has_the_skills() -> None:
    place = _desk(Team("a"), overflow="more").place("q", _mail(1, (False,)))
    assert place == ("more", None, "overflow", "no team of q has the skills")


def test_a_queue_without_teams_takes_all() -> None:
    assert Desk({}).place("x", _mail(1, ())) == ("x", None, None, "")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=40), st.integers(1, 12))
def test_shared_evenly_within_limits_and_skills(able: list[tuple[bool, bool, bool]], limit: int) -> None:
    teams = Team("a", per_day=limit), Team("b"), Team("c")
    mails = [_mail(number, one) for number, one in enumerate(able)]
    desk, again = _desk(*teams), _desk(*teams)
    places = [desk.place("q", mail) for mail in mails]
    assert [again.place("q", mail) for mail in mails] == places
    counts = Counter(place.team for place in places)
    assert counts["a"] <= limit
    for mail, place in zip(mails, places, strict=True):
        assert place.team is None or mail.able["abc".index(place.team)]
        assert place.team or not any(mail.able[1:])
    if all(all(one) for one in able) and len(able) <= 3 * limit:
        assert max(counts.values(), default=0) - min(counts[name] for name in "abc") <= 1

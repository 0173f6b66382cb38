"""Draws the mails that people should look at into gold/review_queue."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from triage.config import Settings
from triage.config.learning.review import ReviewSettings
from triage.labelling.taxonomy import Head, load_taxonomy
from triage.lake.locks import table_lock
from triage.lake.store import Store
from triage.lake.tables import REVIEW_QUEUE
from triage.lake.tables.learning import UNSETTLED
from triage.learning.review.answers import Answers, read_answers
from triage.learning.review.drawing.choice import Chosen, choose
from triage.learning.review.drawing.mails import Mails, window_of
from triage.learning.review.drawing.people import people_of
from triage.learning.review.drawing.rows import Draw, rows_of
from triage.learning.review.drawing.terms import supporting_terms
from triage.learning.review.drawing.unsettled import read_unsettled
from triage.learning.review.gold import settled_labels
from triage.learning.review.items import answered, open_rows
from triage.learning.unerased import add_unerased
from triage.privacy.pseudonyms.keys import Keys, keyed_name

MOST_SEEN = 5_000
"""Answers that new clusters are compared with, the newest."""

Drawn = Mapping[tuple[str, str], int]
"""Mails by team and purpose."""


@dataclass(frozen=True)
class _Before:
    """What earlier draws and people left: mails that are open by team, mails of audits, the newest batch seen.

    `untouched` are the open ones that nobody has answered: only they use the budget.
    """

    answers: Answers
    open: Mapping[str, set[str]]
    untouched: Mapping[str, set[str]]
    audited: frozenset[str]
    gold: Mapping[tuple[str, str], str]
    seen_batch: int

    @property
    def not_drawn(self) -> set[str]:
        """Mails that a strategy may not draw: answered, open, of an audit, or settled in the gold set."""
        keys = {mail_key for mail_key, _ in (*self.answers, *self.gold)}
        return keys.union(self.audited, self.is_open)

    def room(self, team: str, review: ReviewSettings) -> int:
        """Mails that may be added to a team's queue."""
        return max(0, review.budgets.get(team, review.budget) - len(self.untouched.get(team, ())))

    @property
    def is_open(self) -> set[str]:
        """Mails that are open in any team's queue."""
        return set().union(*self.open.values())


def draw(store: Store, settings: Settings, keys: Keys, at: datetime | None = None) -> Drawn:
    """Fills the queue of each team up to its budget, in one commit; killed before it, nothing is drawn.

    First come the audit's mails, drawn from all that were published since the last draw, then gold questions by their
    share, mails that wait for another person in at most half of what is left, new clusters by their share, and the
    strategy's for the rest. An audit may exceed a team's budget: to leave mails out
    of it would bias it. The same `at`, keys and tables give the same draw. Raises ConfigError for a head that the
    taxonomy does not have, TransientError where another draw works for more than ten minutes.
    """
    # two draws at once would draw a mail twice; a night's run and those who correct do not wait for it
    with table_lock(store.root, "gold/draw"):
        return _draw(store, settings, keys, at or datetime.now(UTC))


def _draw(store: Store, settings: Settings, keys: Keys, at: datetime) -> Drawn:
    review, heads = settings.learning.review, reviewed_heads(settings)
    before = _before(store, review, at)
    window = window_of(store, review.window_days, before.seen_batch)
    if window is None:
        return {}
    draw_id = f"draw-{at:%Y%m%dT%H%M%S%fZ}"
    people = people_of(settings, keys, before.answers, at - timedelta(days=review.window_days))
    mails = Mails(store, heads, window)
    secret = keyed_name(b"review draw", draw_id.encode(), keys)
    teams = sorted(mails.teams())
    alone = frozenset(team for team in teams if len(people.of(team)) < 2)
    one = Draw(draw_id, at, window.newest_batch, review, secret, alone)
    waiting = read_unsettled(store, settings, mails, before.answers, before.is_open, people, one)
    chosen = _chosen(mails, teams, heads, before, one, waiting)
    wanted: dict[str, tuple[str, ...]] = {}
    for own in chosen:
        wanted[own.mail.mail_key] = (*wanted.get(own.mail.mail_key, ()), *own.heads)
    rows = rows_of(chosen, heads, one, supporting_terms(store, settings, wanted))
    added = {row["mail_key"] for row in add_unerased(store, REVIEW_QUEUE, rows, keys)}
    return Counter((own.mail.team, own.purpose) for own in chosen if own.mail.mail_key in added)


def reviewed_heads(settings: Settings) -> tuple[Head, ...]:
    """The heads that people review. Raises ConfigError for one that the taxonomy does not have."""
    taxonomy, wanted = load_taxonomy(settings), settings.learning.review.heads
    for name in wanted:
        taxonomy.require(name, "learning.review.heads")
    return tuple(head for head in taxonomy if not head.multi and (not wanted or head.name in wanted))


def _before(store: Store, review: ReviewSettings, at: datetime) -> _Before:
    answers = read_answers(store)
    waiting, untouched = defaultdict(set), defaultdict(set)
    for row in open_rows(store, answers, review, at):
        waiting[row["team"]].add(row["mail_key"])
        if row["purpose"] == UNSETTLED or not answered(row, answers):
            untouched[row["team"]].add(row["mail_key"])
    rows = list(store.rows(REVIEW_QUEUE, ("mail_key", "purpose", "seen_batch")))
    audited = frozenset(row["mail_key"] for row in rows if row["purpose"] == "audit")
    seen = max((row["seen_batch"] or 0 for row in rows), default=0)
    return _Before(answers, waiting, untouched, audited, settled_labels(store), seen)


def _chosen(
    mails: Mails,
    teams: Sequence[str],
    heads: Sequence[Head],
    before: _Before,
    one: Draw,
    waiting: Sequence[Chosen],
) -> list[Chosen]:
    """All that is drawn, team by team, the audit first; `waiting` are mails that wait for another person."""
    rooms = {team: before.room(team, one.settings) for team in teams}
    review = one.settings
    audit = mails.audit(one.whole("audit", review.audit_share * sum(rooms.values())), one.secret)
    taken = {mail.mail_key for mail in audit}
    pool = mails.pool(before.not_drawn | taken, review.pool, one.secret, dearest=review.strategy != "random")
    gold = _gold_questions(mails, before, rooms, one)
    known = _terms_seen(mails, before)
    found = [Chosen(mail, "audit", tuple(mail.labels)) for mail in audit] + gold
    for team in teams:
        left = max(0, rooms[team] - sum(own.mail.team == team for own in found))
        second = [own for own in waiting if own.mail.team == team and own.mail.mail_key not in taken]
        found += second[: (left + 1) // 2]
        left -= len(second[: (left + 1) // 2])
        if left > 0:
            sizes = _sizes(left, one.whole(f"new {team}", review.new_share * rooms[team]))
            of_team = [mail for mail in pool if mail.team == team]
            found += choose(of_team, known, heads, review, sizes, _rng(one, team))
    return found


def _sizes(left: int, new: int) -> tuple[int, int]:
    """Places for new clusters and for the strategy."""
    return min(left, new), left - min(left, new)


def _gold_questions(mails: Mails, before: _Before, rooms: Mapping[str, int], one: Draw) -> list[Chosen]:
    """Settled mails of each team that are not open, in an order that only the keys know."""
    settled: dict[str, list[str]] = {}
    for mail_key, head in before.gold:
        settled.setdefault(mail_key, []).append(head)
    found: list[Chosen] = []
    wanted = {team: one.whole(f"gold {team}", one.settings.gold_share * room) for team, room in rooms.items()}
    if not any(wanted.values()):
        return []
    for mail in sorted(mails.of(settled.keys() - before.is_open), key=lambda mail: one.order(mail.mail_key)):
        heads = tuple(head for head in settled[mail.mail_key] if head in mail.labels)
        if heads and wanted.get(mail.team, 0) > 0:
            wanted[mail.team] -= 1
            found.append(Chosen(mail, "gold_question", heads))
    return found


def _terms_seen(mails: Mails, before: _Before) -> list[Sequence[int]]:
    """Terms of the mails that people answered last or have before them."""
    newest = sorted(before.answers, key=lambda key: before.answers[key][0].at, reverse=True)[:MOST_SEEN]
    keys = {mail_key for mail_key, _ in newest} | before.is_open
    return [mail.terms for mail in mails.of(keys)]


def _rng(one: Draw, team: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{one.secret}\0{team}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))

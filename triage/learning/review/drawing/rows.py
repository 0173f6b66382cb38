"""A draw, and its rows in gold/review_queue."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from triage.config.learning.review import ReviewSettings
from triage.labelling.taxonomy import Head
from triage.lake.tables.learning import UNSETTLED
from triage.learning.review.drawing.choice import Chosen, value

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw; `secret` is made with the lake's keys, so that nobody outside can tell beforehand what it decides."""

    draw_id: str
    at: datetime
    newest_batch: int
    settings: ReviewSettings
    secret: str = field(repr=False)
    alone: frozenset[str] = frozenset()
    """Teams whose mails fewer than two people may review."""

    def order(self, what: str) -> float:
        """A number from 0 to 1 that is drawn for `what`, such as a mail key."""
        digest = hashlib.sha256(f"{self.secret}\0{what}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64

    def whole(self, what: str, size: float) -> int:
        """A size as a whole number, rounded up as often as it is above one.

        A team whose queue is filled up by three mails a day would never get a tenth of them otherwise.
        """
        return int(size + self.order(f"size of {what}"))


def rows_of(
    chosen: Sequence[Chosen],
    heads: Sequence[Head],
    draw: Draw,
    terms: Mapping[tuple[str, str], Sequence[str]],
) -> list[Row]:
    """The rows, a mail and head each, with their places: by expected cost, audits and gold questions among them.

    Audits and gold questions stand at places that are drawn, so that a place does not tell what they are.
    """
    by_name = {head.name: head for head in heads}
    by_team: dict[str, list[Chosen]] = defaultdict(list)
    for one in chosen:
        by_team[one.mail.team].append(one)
    rows: list[Row] = []
    for own in by_team.values():
        for place, one in enumerate(_in_order(own, by_name, draw), start=1):
            rows += [_row(one, by_name[head], place, draw, terms) for head in one.heads]
    return rows


def _in_order(chosen: Sequence[Chosen], heads: Mapping[str, Head], draw: Draw) -> list[Chosen]:
    """The dearest first; what must not be known by its place is spread evenly among them."""
    hidden = [one for one in chosen if one.purpose in ("audit", "gold_question")]
    valued = sorted(
        (one for one in chosen if one not in hidden), key=lambda one: (-_total(one, heads, draw), one.mail.mail_key)
    )
    placed = [((number + 0.5) / len(valued), one) for number, one in enumerate(valued)]
    placed += [(draw.order(f"place {one.mail.mail_key}"), one) for one in hidden]
    return [one for _, one in sorted(placed, key=lambda pair: (pair[0], pair[1].mail.mail_key))]


def _total(one: Chosen, heads: Mapping[str, Head], draw: Draw) -> float:
    return sum(value(one.mail, heads[head], draw.settings) for head in one.heads)


def _row(one: Chosen, head: Head, place: int, draw: Draw, terms: Mapping[tuple[str, str], Sequence[str]]) -> Row:
    mail, given = one.mail, one.mail.labels[head.name]
    name = f"{draw.draw_id}\0{mail.mail_key}\0{head.name}"
    return {
        "item_id": hashlib.sha256(name.encode()).hexdigest()[:32],
        "draw_id": draw.draw_id,
        "drawn_at": draw.at,
        "mail_key": mail.mail_key,
        "head": head.name,
        "team": mail.team,
        "place": place,
        "purpose": one.purpose,
        "value": value(mail, head, draw.settings),
        "suggested": given.suggested,
        "score": given.score,
        "answers": _answers(one, head.name, draw),
        "model_version": given.model_version,
        "terms": list(terms.get((mail.mail_key, head.name), ())),
        "seen_batch": draw.newest_batch,
    }


def _answers(one: Chosen, head: str, draw: Draw) -> int:
    """How many people should answer. What nobody could answer a second time would stay open and keep others out."""
    if one.purpose == UNSETTLED:
        return one.answered[head] + 1
    drawn = draw.order(f"second {one.mail.mail_key}") < draw.settings.second_share
    return 2 if drawn and one.purpose != "gold_question" and one.mail.team not in draw.alone else 1

"""Mails that were corrected already and are like a given one, by their hashed terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triage.lake.store import Store
from triage.lake.tables import SILVER_MAIL
from triage.learning.review.answers import Answers
from triage.learning.review.strategies.pool import term_vectors

MOST_CORRECTED = 5_000
"""Corrected mails of a head that are compared, the newest."""

LEAST_SIMILAR = 0.2
"""Cosine of the weighted terms below which a mail is not shown as near."""


@dataclass(frozen=True, slots=True)
class NearMail:
    """A corrected mail with its last label for the head, and the cosine of the weighted terms, 0 to 1."""

    mail_key: str
    subject: str
    label: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected mail of one head."""

    mail_key: str
    subject: str
    label: str
    terms: Sequence[int]


def corrected_mails(store: Store, answers: Answers) -> dict[str, list[Corrected]]:
    """By head, the published mails that people corrected, with the newest label."""
    columns, wanted = ("mail_key", "subject", "terms"), {mail_key for mail_key, _ in answers}
    mails = {row["mail_key"]: row for row in store.rows(SILVER_MAIL, columns, mail_key=wanted)} if wanted else {}
    found: dict[str, list[Corrected]] = {}
    for (mail_key, head), own in sorted(answers.items(), key=lambda pair: pair[1][0].at, reverse=True):
        mail = mails.get(mail_key)
        if mail is not None and mail["terms"] and len(found.get(head, ())) < MOST_CORRECTED:
            found.setdefault(head, []).append(Corrected(mail_key, mail["subject"], own[0].label, mail["terms"]))
    return found


def nearest(
    mails: Sequence[tuple[str, Sequence[int]]], corrected: Sequence[Corrected], most: int
) -> list[tuple[NearMail, ...]]:
    """For each mail (key and terms) at most `most` corrected mails that are near it, the nearest first."""
    if not mails or not corrected:
        return [() for _ in mails]
    vectors = term_vectors([*(terms for _, terms in mails), *(one.terms for one in corrected)])
    cosines = np.asarray((vectors[: len(mails)] @ vectors[len(mails) :].T).todense())
    return [_best(key, row, corrected, most) for (key, _), row in zip(mails, cosines, strict=True)]


def _best(mail_key: str, cosines: np.ndarray, corrected: Sequence[Corrected], most: int) -> tuple[NearMail, ...]:
    order = (int(place) for place in np.argsort(-cosines, kind="stable") if cosines[place] >= LEAST_SIMILAR)
    near = [place for place in order if corrected[place].mail_key != mail_key][:most]
    found = ((corrected[place], float(cosines[place])) for place in near)
    return tuple(NearMail(one.mail_key, one.subject, one.label, min(1.0, cosine)) for one, cosine in found)

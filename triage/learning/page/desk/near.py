"""Mails like this one that people corrected already, with what they decided."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage.learning.page.desk.items import Mail

LEAST = 0.25
"""Similarity below which a mail is not shown as near."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A mail and the label that a person gave it."""

    mail_key: str
    label: str


@dataclass(frozen=True, slots=True)
class Near:
    """A mail that was corrected, with its similarity, 0 to 1."""

    mail: Mail
    label: str
    similarity: float


class NearMails:
    """The cosine of the mails' distinct words, weighted by inverse document frequency, over an index by word."""

    def __init__(self, mails: Iterable[Mail]) -> None:
        self._mails = {mail.mail_key: mail for mail in mails}
        self._posting: dict[int, list[str]] = defaultdict(list)
        for mail in self._mails.values():
            for term in mail.terms:
                self._posting[term].append(mail.mail_key)
        rows = len(self._mails)
        self._squares = {term: math.log((rows + 1) / (len(keys) + 1)) ** 2 for term, keys in self._posting.items()}
        self._length = {key: self._norm(mail) for key, mail in self._mails.items()}

    def near(self, mail: Mail, labels: Mapping[str, str], most: int = 3) -> list[Near]:
        """The mails most like it among those in `labels` (mail key → label), without the mail itself."""
        products: dict[str, float] = defaultdict(float)
        for term in mail.terms:
            for key in self._posting.get(term, ()):
                if key in labels and key != mail.mail_key:
                    products[key] += self._squares[term]
        norm = self._norm(mail)
        found = (Near(self._mails[k], labels[k], dot / (norm * self._length[k])) for k, dot in products.items() if dot)
        return sorted((one for one in found if one.similarity >= LEAST), key=lambda one: -one.similarity)[:most]

    def _norm(self, mail: Mail) -> float:
        return math.sqrt(sum(self._squares.get(term, 0.0) for term in mail.terms)) or 1.0

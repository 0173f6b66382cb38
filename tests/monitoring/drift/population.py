"""A made-up population of mails with features like those of a real run, from which runs are drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, Terms
from triage.monitoring.profiles.profile import RUN, Profile, Slice

LANGUAGES = {"en": 0.62, "de": 0.25, "fr": 0.08, "es": 0.03, "pl": 0.01, "nl": 0.01}
QUEUES = {"support": 0.4, "sales": 0.25, "billing": 0.2, "hr": 0.1, "legal": 0.05}
LABELS = {"request": 0.45, "complaint": 0.2, "invoice": 0.2, "order": 0.1, "abstained": 0.05}
ENTITIES = {"PERSON": 0.6, "EMAIL": 0.2, "PHONE": 0.12, "IBAN": 0.08}
TERMS = 3_000
"""Terms that the mails are written in, by Zipf's law."""


@dataclass(frozen=True)
class Population:
    """Shares by value, the mean of the logarithm of lengths, the share of mails without a subject, a topic's share."""

    languages: Mapping[str, float]
    queues: Mapping[str, float]
    labels: Mapping[str, float]
    log_chars: float = 6.5
    without_subject: float = 0.02
    topic: float = 0.0

    def run(self, mails: int, draw: np.random.Generator) -> Profile:
        """The profile of a run of independent mails."""
        language = _drawn(self.languages, mails, draw)
        queue = _drawn(self.queues, mails, draw)
        features: dict[str, Distribution] = {
            "language": _counted(language),
            "queue": _counted(queue),
            "label.category": _counted(_drawn(self.labels, mails, draw)),
            "entities": _counted(_drawn(ENTITIES, int(draw.poisson(3 * mails)), draw)),
            "present": Counts.of({"subject": int(draw.binomial(mails, 1 - self.without_subject)), "body": mails}),
            "body_chars": Numbers.of(np.exp(draw.normal(self.log_chars, 1.2, mails)).round()),
            "score.category": Numbers.of(draw.beta(8, 2, mails)),
            "terms": self._terms(mails, draw),
        }
        slices = {RUN: Slice(mails, 0, features)}
        for value in self.queues:
            of_queue = int((queue == value).sum())
            labels = _counted(_drawn(self.labels, of_queue, draw))
            slices["queue", value] = Slice(of_queue, 0, {"label.category": labels})
        return Profile(slices)

    def _terms(self, mails: int, draw: np.random.Generator) -> Terms:
        """In how many mails each term is: by Zipf's law, some 60 a mail; a topic brings 15."""
        share = np.minimum(0.9, 8 / np.arange(1, TERMS + 1))
        found = dict(enumerate(draw.binomial(mails, share).tolist()))
        of_topic = int(draw.binomial(mails, self.topic))
        found |= {100_000 + term: int(draw.binomial(of_topic, 0.8)) for term in range(15)}
        return Terms({term: count for term, count in found.items() if count})


USUAL = Population(LANGUAGES, QUEUES, LABELS)


def stored(profile: Profile) -> Profile:
    """As it comes back from a table."""
    return Profile({key: Slice.decode(part.encode()) for key, part in profile.slices.items()})


def moved(shares: Mapping[str, float], value: str, share: float) -> dict[str, float]:
    """The shares with one value at `share`, the others in proportion."""
    rest = (1 - share) / (1 - shares.get(value, 0.0))
    return {other: old * rest for other, old in shares.items() if other != value} | {value: share}


def _drawn(shares: Mapping[str, float], mails: int, draw: np.random.Generator) -> np.ndarray:
    p = np.array(list(shares.values()))
    return draw.choice(np.array(list(shares)), mails, p=p / p.sum())


def _counted(values: Iterable[str]) -> Counts:
    return Counts(Counter(map(str, values)))

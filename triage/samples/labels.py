"""Which labels a mail has, and how annotators get some of them wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate

CATEGORY_SHARES = {
    "customer_service": 18,
    "it_support": 16,
    "billing": 15,
    "logistics": 13,
    "sales": 13,
    "hr": 10,
    "facilities": 9,
    "legal": 8,
}
PRIORITY_SHARES = {"low": 18, "normal": 42, "high": 26, "urgent": 14}
SENTIMENT_SHARES = {"negative": 30, "neutral": 42, "positive": 28}
LANGUAGE_SHARES = {"en": 70, "de": 15, "fr": 8, "es": 7}

CONFUSED_WITH: dict[str, tuple[str, ...]] = {
    "billing": ("sales", "legal", "customer_service"),
    "sales": ("billing", "customer_service", "logistics"),
    "hr": ("legal", "facilities", "it_support"),
    "it_support": ("customer_service", "facilities", "hr"),
    "logistics": ("customer_service", "facilities", "sales"),
    "legal": ("hr", "billing", "sales"),
    "customer_service": ("it_support", "logistics", "billing"),
    "facilities": ("it_support", "logistics", "hr"),
    "low": ("normal",),
    "normal": ("low", "high"),
    "high": ("normal", "urgent"),
    "urgent": ("high",),
    "negative": ("neutral",),
    "neutral": ("positive", "negative"),
    "positive": ("neutral",),
}
"""What an annotator takes a label for when wrong; kinds are never mistaken."""

NOISE = {"category": 0.03, "priority": 0.05, "sentiment": 0.05}
"""Share of wrong labels a head."""


class Shares:
    """Draws a name with the given weights."""

    __slots__ = ("names", "bounds")

    def __init__(self, weights: Mapping[str, float]) -> None:
        total = sum(weights.values())
        self.names = tuple(weights)
        self.bounds = tuple(accumulate(weight / total for weight in weights.values()))

    def draw(self, random: Callable[[], float]) -> str:
        roll = random()
        for name, bound in zip(self.names, self.bounds, strict=True):
            if roll < bound:
                return name
        return self.names[-1]


CATEGORIES = Shares(CATEGORY_SHARES)
PRIORITIES = Shares(PRIORITY_SHARES)
SENTIMENTS = Shares(SENTIMENT_SHARES)
LANGUAGES = Shares(LANGUAGE_SHARES)


def annotated(truth: dict[str, str], random: Callable[[], float]) -> dict[str, str]:
    """The labels as people gave them: mostly the truth, sometimes a neighbour of it."""
    return {head: _seen(head, label, random) for head, label in truth.items()}


def _seen(head: str, label: str, random: Callable[[], float]) -> str:
    if random() >= NOISE.get(head, 0.0):
        return label
    others = CONFUSED_WITH[label]
    return others[int(random() * len(others))]

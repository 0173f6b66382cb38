"""Corrections, facts and months of corrections that are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from triage.config.learning.guards import GuardSettings
from triage.learning.guards.outcome import MailFacts

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLAIN = GuardSettings(dangerous=())
HEAD = "category"
LABELS = ("billing", "sales", "hr", "legal", "logistics")

Row = dict[str, Any]


def correction(
    mail: str,
    label: str,
    who: str = "ann",
    *,
    number: str = "",
    days: float = 0.0,
    decided: str | None = "sales",
    source: str = "page",
    undoes: str | None = None,
    head: str = HEAD,
) -> Row:
    """A row of gold/corrections, `days` before now."""
    return {
        "correction_id": number or f"{mail}-{head}-{who}-{days}-{undoes}",
        "mail_key": mail,
        "corrected_at": NOW - timedelta(days=days),
        "corrected_by": f"<REVIEWER_{who}>",
        "head": head,
        "decided": decided,
        "label": label,
        "reason": None,
        "source": source,
        "model_version": "1",
        "undoes": undoes,
    }


def person(name: str) -> str:
    return f"<REVIEWER_{name}>"


def facts(near: int, sender: str | None = None, queue: str | None = None) -> MailFacts:
    return MailFacts(sender=sender, thread=None, queue=queue, near=near, language="en")


@dataclass
class Month:
    """A month of corrections with what a model of the others says, as `others_say` would."""

    corrections: list[Row] = field(default_factory=list)
    facts: dict[str, MailFacts] = field(default_factory=dict)
    suggested: dict[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)


def clean_month(seed: int, rows: int = 800, people: int = 10, model_errors: float = 0.12) -> Month:
    """Truthful people with 3 % slips, each with labels of their own, and a model that errs on some labels more.

    Its errors are surer in some mails than in others, and mails of one sender share them.
    """
    drawn = np.random.default_rng(seed)
    month = Month()
    likes = drawn.dirichlet(np.ones(people), size=len(LABELS))
    hard = drawn.uniform(0.3, 2.0, size=len(LABELS)) * model_errors
    confused = drawn.dirichlet(np.ones(len(LABELS)), size=len(LABELS))
    for number in range(rows):
        truth = int(drawn.integers(len(LABELS)))
        who = f"p{drawn.choice(people, p=likes[truth])}"
        slip = drawn.random() < 0.03
        given = int(drawn.integers(len(LABELS))) if slip else truth
        said = int(drawn.choice(len(LABELS), p=confused[truth])) if drawn.random() < hard[truth] else truth
        add(month, drawn, f"m{number}", given, said, who, float(drawn.uniform(0, 30)), f"s{drawn.zipf(1.6) % 200}")
    return month


def add(
    month: Month, drawn: np.random.Generator, mail: str, given: int, said: int, who: str, days: float, sender: str
) -> None:
    """One correction of a mail to a label, of which the others' model says `said` with some certainty."""
    certainty = float(drawn.beta(6, 2))
    rest = (1 - certainty) * drawn.dirichlet(np.ones(len(LABELS)))
    probabilities = {label: float(rest[place]) + certainty * (place == said) for place, label in enumerate(LABELS)}
    month.corrections.append(correction(mail, LABELS[given], who, days=days, decided=LABELS[said]))
    month.facts[mail] = facts(len(month.facts), f"<EMAIL_{sender}>")
    month.suggested[mail, HEAD] = probabilities


def attack(month: Month, kind: str, seed: int, share: float = 0.05) -> None:
    """Adds wrong corrections by hostile people, who also correct truthfully."""
    drawn = np.random.default_rng(seed + 1)
    wrong = max(8, round(share * len(month.corrections)))
    for number in range(2 * wrong):
        hostile = number % 2 == 0
        truth = 0 if hostile and kind != "flips" else int(drawn.integers(len(LABELS)))
        to = (truth + 1 + int(drawn.integers(len(LABELS) - 1))) % len(LABELS) if kind == "flips" else 1
        days = {"burst": 3 + float(drawn.uniform(0, 0.3))}.get(kind, float(drawn.uniform(0, 30)))
        who = f"bad{number // 2 % 2}" if kind == "campaign" else "bad"
        sender = "wanted" if hostile and kind == "campaign" else f"s{drawn.integers(200)}"
        if not hostile:
            days = float(drawn.uniform(0, 30))
        add(month, drawn, f"{kind}{number}", to if hostile else truth, truth, who, days, sender)

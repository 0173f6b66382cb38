"""Observations of generated mails, with labels whose scores are calibrated: what a lake would give, without Spark."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache

from tests.monitoring.profiles.rows import HOUR
from tests.monitoring.simulation import Mail
from triage.mail.word_terms import word_facts
from triage.samples.generator import generate
from triage.samples.model import HEADS, SampleMail

SOURCES = ("/exports/sales", "/exports/office", "/exports/web")
THRESHOLD = 0.6
"""Score below which a head abstains."""

_HOURS = {"urgent": 4, "high": 8, "normal": 24, "low": 48}


@cache
def generated_mails(size: int = 3_000, seed: int = 11) -> Sequence[Mail]:
    """So many mails of the generator as observations."""
    rng = random.Random(seed)
    mails = (mail for mail in generate(size * 2, seed) if mail.labels)
    return [observed(mail, rng) for _, mail in zip(range(size), mails, strict=False)]


def observed(mail: SampleMail, rng: random.Random) -> Mail:
    """A generated mail as it would be observed, labelled by a model whose scores are the chance of being right."""
    facts = word_facts(mail.subject, mail.body)
    gold = mail.labels or {}
    labels = [scored(head, gold[head], rng) for head in HEADS]
    decided = {str(label["head"]): label["label"] for label in labels}
    priority = decided["priority"]
    received = 1_788_000_000_000_000 + rng.randrange(24) * HOUR
    return {
        "published": True,
        "received_at": received,
        "attachments": mail.signs.attachments,
        "present": ["body", "sender", "recipients", "sent_at", "message_token", "thread_token"]
        + ["subject"] * bool(mail.subject.strip()),
        "language": mail.language,
        "language_score": 0.9 + 0.1 * rng.random(),
        "body_chars": len(mail.body),
        "size_bytes": len(mail.raw),
        **{name: getattr(mail.signs, name) for name in ("has_html", "auto_submitted", "bulk", "list_mail", "bounce")},
        "reply": mail.signs.reply,
        "entity_counts": {"PERSON": 1 + rng.randrange(3), "EMAIL_ADDRESS": rng.randrange(1, 3)},
        "marks": [],
        "terms": facts.terms,
        "words": facts.words,
        "rare_words": facts.rare_words,
        "garbled": facts.garbled,
        "labels": labels,
        "queue": decided["category"] or "review",
        "priority": priority,
        "rule": decided["category"] or "uncertain",
        "due_at": received + _HOURS.get(str(priority), 24) * HOUR,
        "reasons": None,
        "source": SOURCES[min(2, int(rng.expovariate(1.1)))],
    }


def scored(head: str, gold: str, rng: random.Random) -> Mapping[str, object]:
    """A decision of a calibrated model: of scores s, the share s is right."""
    score = 0.5 + 0.5 * rng.betavariate(6, 1.5)
    labels = HEADS[head]
    best = gold if rng.random() < score else rng.choice([label for label in labels if label != gold])
    abstains = score < THRESHOLD
    return {
        "head": head,
        "label": None if abstains else best,
        "best_label": best,
        "score": score,
        "reason": "LOW_SCORE" if abstains else None,
    }

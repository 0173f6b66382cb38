"""A lake of eighty labelled mails of two teams in two batches, written without Spark."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from tests.learning.corrections.lakes import NOW
from triage.lake.store import Store
from triage.lake.tables import GOLD_SET, LABELS, ROUTES, SILVER_MAIL

TEAMS = ("billing", "sales")
PER_TEAM = 40
DUPLICATES = range(10)
"""Of each team the first ten mails have the same words and the least certain labels."""
FIRST_BATCH = 30
"""Mails of a team in batch 1; the others are in batch 2."""
SETTLED = 39
"""The mail of each team that is in the gold set."""


def mail_key(team: str, number: int) -> str:
    return hashlib.sha256(f"{team} {number}".encode()).hexdigest()


KEYS = {mail_key(team, number): (team, number) for team in TEAMS for number in range(PER_TEAM)}


def made(root: Path, spark: SparkSession | Callable[[], SparkSession], batches: int = 2) -> Store:
    """The lake with its first batches."""
    store = Store(spark, str(root))
    for batch in range(1, batches + 1):
        mails = [one for one in KEYS.values() if (1 if one[1] < FIRST_BATCH else 2) == batch]
        add_batch(store, batch, mails)
    if batches == 2:
        store.add(GOLD_SET, [_settled(team) for team in TEAMS])
    return store


def add_batch(store: Store, batch: int, mails: list[tuple[str, int]]) -> None:
    store.append_rows(SILVER_MAIL, [_mail(*one) | {"batch_id": batch} for one in mails], batch)
    labels = [_label(*one, head) | {"batch_id": batch} for one in mails for head in ("category", "priority")]
    store.append_rows(LABELS, labels, batch)
    store.append_rows(ROUTES, [_route(*one) | {"batch_id": batch} for one in mails], batch)


def _settled(team: str) -> dict[str, Any]:
    who = "<REVIEWER_aaaaaa_0123456789abcde1>"
    key = mail_key(team, SETTLED)
    return {"mail_key": key, "head": "category", "label": team, "settled_at": NOW, "settled_by": who}


def _mail(team: str, number: int) -> dict[str, Any]:
    base = 1000 * (TEAMS.index(team) + 1)
    own = range(base, base + 20) if number in DUPLICATES else range(base + 20 * (number + 1), base + 20 * (number + 2))
    return {
        "mail_key": mail_key(team, number),
        "received_at": NOW + timedelta(minutes=number),
        "subject": f"Number {number}",
        "body": "Words.",
        "language": "en",
        "terms": list(own),
        "key_id": "aaaaaa",
        "policy_version": "1",
    }


def _label(team: str, number: int, head: str) -> dict[str, Any]:
    """The first mails are the least certain."""
    score = 0.4 + number / 100
    label, other = (team, "hr") if head == "category" else ("normal", "low")
    return {
        "mail_key": mail_key(team, number),
        "head": head,
        "label": label,
        "labels": [label],
        "best_label": label,
        "score": score,
        "scores": {label: score, other: 1 - score},
        "abstained": False,
        "decided_by": "model",
        "model": "triage-labels",
        "model_version": "3",
    }


def _route(team: str, number: int) -> dict[str, Any]:
    key = mail_key(team, number)
    return {"mail_key": key, "queue": team, "rule": "default", "reason": "", "rules_version": "1"}

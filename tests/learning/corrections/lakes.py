"""A small lake with published and labelled mails, written without Spark."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.lake.builders import no_spark
from triage.config import Settings, load_settings
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, ERASURES, LABELS, LEDGER, ROUTES, SILVER_MAIL
from triage.learning.corrections.proposal import Proposal
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.lake_key import lake_key, mail_hash
from triage.privacy.pseudonyms.sealing import seal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MAILS = tuple(f"{number:x}" * 64 for number in range(1, 6))
"""Mail keys."""
DECIDED: Mapping[str, str | None] = {"category": "billing", "priority": "normal", "sentiment": None, "kind": "human"}
"""What the model decided about each head of each mail."""


def made_lake(root: Path, keys: Keys) -> Store:
    """A lake of five mails that version 3 labelled, in the queue `billing`."""
    store = Store(no_spark, str(root))
    file_key = "f" * 64
    file = {"file_key": file_key, "kind": "file", "sealed_path": seal(b"/mail.mbox", file_key.encode(), keys)}
    store.append_rows(LEDGER, [file | {"batch_id": 1, "path": "/<FILE>", "planned_at": NOW}], 1)
    store.append_rows(SILVER_MAIL, [_mail(key, number) for number, key in enumerate(MAILS)], 1)
    store.append_rows(LABELS, [_label(key, head, label) for key in MAILS for head, label in DECIDED.items()], 1)
    store.append_rows(ROUTES, [_route(key) for key in MAILS], 1)
    lake_key(store, keys)
    return store


def settings_over(store: Store, *overrides: str) -> Settings:
    """Settings of a job over the store's lake."""
    return load_settings(overrides=[f"lake.root={store.root}", *overrides])


def proposal(**given: Any) -> Proposal:
    """A correction of the first mail that is fine, but for what is given."""
    fields: dict[str, Any] = {
        "row": 1,
        "who": "Ann Berg",
        "mail_key": MAILS[0],
        "head": "category",
        "label": "sales",
        "decided": "billing",
        "reason": None,
        "model_version": "3",
        "at": NOW,
    }
    return Proposal(**(fields | given))


def stored(store: Store) -> list[dict[str, Any]]:
    """The rows of gold/corrections."""
    return list(store.rows(CORRECTIONS, CORRECTIONS.column_names))


def relabelled(store: Store, head: str, label: str) -> None:
    """Version 4 decides so about the head of all mails, as a backfill or a rollback makes it."""
    rows = list(store.rows(LABELS, LABELS.column_names))
    shutil.rmtree(store.path(LABELS).removeprefix("file://"))
    new = {"label": label, "best_label": label, "abstained": False, "model_version": "4"}
    store.append_rows(LABELS, [row | new if row["head"] == head else row for row in rows], 1)


def begin_erasure(store: Store, keys: Keys, *mail_keys: str) -> None:
    """Lists the mails in ops/erasures; their rows are still everywhere."""
    row = dict.fromkeys(ERASURES.column_names) | {"phase": "begun", "counts": {}, "erased_at": NOW}
    store.add(ERASURES, [row | {"mail_hashes": [mail_hash(lake_key(store, keys), key) for key in mail_keys]}])


def _mail(key: str, number: int) -> dict[str, Any]:
    person = {"name": None, "address": "<EMAIL_ADDRESS_aaaaaa_0123456789abcdef>"}
    return {
        "mail_key": key,
        "batch_id": 1,
        "received_at": NOW.replace(minute=number),
        "sender": person,
        "recipients": [],
        "subject": f"=Invoice {number}",
        "body": f"Please see <PERSON_aaaaaa_0123456789abcdef>.\nThe sum is {number}00.\n" + "More words. " * 100,
        "language": "en",
        "attachments": [],
        "entity_counts": {},
        "marks": [],
        "key_id": "aaaaaa",
        "policy_version": "1",
    }


def _label(key: str, head: str, label: str | None) -> dict[str, Any]:
    best = label or "neutral"
    return {
        "mail_key": key,
        "batch_id": 1,
        "head": head,
        "label": label,
        "labels": [label] if label else [],
        "best_label": best,
        "score": 0.75,
        "scores": {best: 0.75},
        "abstained": label is None,
        "decided_by": "model",
        "model": "triage-heads",
        "model_version": "3",
    }


def _route(key: str) -> dict[str, Any]:
    return {"mail_key": key, "batch_id": 1, "queue": "billing", "rule": "default", "reason": "", "rules_version": "1"}

"""The gold set: settled labels that test reviewers and models, and that no model learns from."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from triage.errors import ConfigError
from triage.labelling.data.record_files import read_records
from triage.labelling.taxonomy import Taxonomy
from triage.lake.store import Store
from triage.lake.tables import GOLD_SET, KEY_PATTERN, SILVER_MAIL
from triage.learning.unerased import listed_for_erasure
from triage.privacy.pseudonyms.keys import Keys

COLUMNS = ("mail_key", "head", "label")
"""Columns of a file of settled labels."""

Rows = Sequence[Mapping[str, str]]
"""Rows of such a file."""

Settled = Mapping[tuple[str, str], str]
"""The right label of each mail and head."""


@dataclass(frozen=True, slots=True)
class GoldOutcome:
    """What became of a file's rows; `rejected` has a sentence for each row that did not go in."""

    added: int
    changed: int
    known: int
    rejected: tuple[str, ...]


def settled_labels(store: Store) -> dict[tuple[str, str], str]:
    """The labels of the gold set."""
    return {(row["mail_key"], row["head"]): row["label"] for row in store.rows(GOLD_SET, COLUMNS)}


def read_settled(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV or JSONL file, as text. Raises ConfigError where a column is missing."""
    records = read_records(path).records
    missing = [name for name in COLUMNS if records and not any(name in record for record in records)]
    if missing:
        remedy = f"Give the columns {', '.join(COLUMNS)}."
        raise ConfigError(f"The file has no column {missing[0]}.", where=str(path), remedy=remedy)
    return [{name: str(record.get(name) or "").strip() for name in COLUMNS} for record in records]


def settle(
    store: Store, keys: Keys, taxonomy: Taxonomy, rows: Rows, by: str, at: datetime, *, replace: bool
) -> GoldOutcome:
    """Puts settled labels into the gold set; the same file again changes nothing, also at the same time.

    `by` is the person's pseudonym. A label that was settled otherwise is replaced only with `replace`, for which the
    lake's lock must be held; else the row is rejected. Raises KeyMaterialError for another key than the lake's.
    """
    with store.alone(GOLD_SET):
        mails = _published(store, rows)
        return _settle(store, taxonomy, rows, mails - listed_for_erasure(mails, store, keys), by, at, replace)


def _settle(
    store: Store, taxonomy: Taxonomy, rows: Rows, mails: Collection[str], by: str, at: datetime, replace: bool
) -> GoldOutcome:
    before = settled_labels(store)
    added: dict[tuple[str, str], str] = {}
    changed: dict[tuple[str, str], str] = {}
    known, rejected = 0, []
    for number, row in enumerate(rows, start=1):
        key = row["mail_key"], row["head"]
        now = changed.get(key, added.get(key, before.get(key)))
        fault = _fault(row, taxonomy, mails) or _conflict(
            now, row["label"], replace and key not in {**added, **changed}
        )
        if fault:
            rejected.append(f"row {number}: {fault}")
        elif now == row["label"]:
            known += 1
        else:
            (added if now is None else changed)[key] = row["label"]
    _write(store, added, changed, {"settled_at": at, "settled_by": by})
    return GoldOutcome(len(added), len(changed), known, tuple(rejected))


def _published(store: Store, rows: Rows) -> set[str]:
    keys = {row["mail_key"] for row in rows if re.match(KEY_PATTERN, row["mail_key"])}
    return {row["mail_key"] for row in store.rows(SILVER_MAIL, ("mail_key",), mail_key=keys)} if keys else set()


def _fault(row: Mapping[str, str], taxonomy: Taxonomy, mails: Collection[str]) -> str | None:
    """Why a row cannot be right whatever the gold set holds; no value of the file is repeated."""
    if not re.match(KEY_PATTERN, row["mail_key"]):
        return "the mail key is not 64 hexadecimal digits"
    if row["mail_key"] not in mails:
        return "silver/mail has no such mail"
    head = taxonomy.find(row["head"])
    if head is None:
        return "the taxonomy has no such head"
    return None if row["label"] in head.labels else f"head {head.name} has no such label"


def _conflict(now: str | None, label: str, replaceable: bool) -> str | None:
    if now is None or now == label or replaceable:
        return None
    return "another label is settled for this mail and head; --replace changes it"


def _write(store: Store, added: Settled, changed: Settled, by: Mapping[str, Any]) -> None:
    def as_rows(labels: Settled) -> list[dict[str, Any]]:
        return [{"mail_key": mail, "head": head, "label": label, **by} for (mail, head), label in labels.items()]

    if changed:
        rows = [tuple(row[name] for name in GOLD_SET.column_names) for row in as_rows(changed)]
        frame = store.spark.createDataFrame(rows, GOLD_SET.schema)
        store.update(GOLD_SET, frame, ("label", "settled_at", "settled_by"))
    if added:
        store.add(GOLD_SET, as_rows(added))

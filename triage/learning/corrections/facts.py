"""What the lake knows of the mails that are corrected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from triage.lake.store import Store
from triage.lake.tables import ERASURES, LABELS, REVIEW_QUEUE, SILVER_MAIL
from triage.privacy.pseudonyms.lake_key import mail_hash


@dataclass(frozen=True, slots=True)
class Decided:
    """What the model decided about a head of a mail; `label` is None where it abstained."""

    label: str | None
    model_version: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the mails asked for: which are published, erased, drawn for the audit, and what was decided about them."""

    published: frozenset[str]
    erased: frozenset[str]
    audited: frozenset[tuple[str, str]]
    """Mail key and head."""
    decided: dict[tuple[str, str], Decided]
    """By mail key and head."""


def facts_of(mail_keys: Collection[str], store: Store, secret: bytes) -> Facts:
    """What is known of these mails now; `secret` is the lake's own key, which knows erased mails again."""
    keys = sorted(set(mail_keys))
    published = frozenset(row["mail_key"] for row in store.rows(SILVER_MAIL, ("mail_key",), mail_key=keys))
    columns = ("mail_key", "head", "label", "model_version")
    decided = {
        (row["mail_key"], row["head"]): Decided(row["label"], row["model_version"])
        for row in store.rows(LABELS, columns, mail_key=keys)
    }
    audits = store.rows(REVIEW_QUEUE, ("mail_key", "head"), mail_key=keys, purpose=["audit"])
    audited = frozenset((row["mail_key"], row["head"]) for row in audits)
    return Facts(published, erased_among(keys, store, secret), audited, decided)


def erased_among(mail_keys: Collection[str], store: Store, secret: bytes) -> frozenset[str]:
    """Those of the mails that an erasure removed, or has begun to remove and still finds."""
    gone = {name for row in store.rows(ERASURES, ("mail_hashes",)) for name in row["mail_hashes"]}
    return frozenset(key for key in mail_keys if mail_hash(secret, key) in gone) if gone else frozenset()

"""What the lake knows of the mails that are corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, ERASURES, LABELS, REVIEW_QUEUE, SILVER_MAIL
from triage.monitoring.performance.corrections import AUDIT, not_undone
from triage.privacy.pseudonyms.lake_key import mail_hash

_ANSWER = ("correction_id", "mail_key", "head", "source", "corrected_at", "corrected_by", "undoes")


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
    auditors: Mapping[tuple[str, str], set[str]] = field(default_factory=dict)
    """Who answered the audit of a mail key and head, by pseudonym; without answers that were taken back."""

    def answers_audit(self, mail_key: str, head: str, who: str, *, asked: bool) -> bool:
        """Whether a correction by `who` is an answer to the audit: everybody's who was `asked`, else the first one's.

        Later ones of other people are corrections like any others, or anybody could change what the audit found.
        """
        key = mail_key, head
        return key in self.audited and (asked or self.auditors.get(key, {who}) == {who})


def facts_of(mail_keys: Collection[str], store: Store, secret: bytes) -> Facts:
    """What is known of these mails now; `secret` is the lake's own key, which knows erased mails again."""
    keys = sorted(set(mail_keys))
    published = frozenset(row["mail_key"] for row in store.rows(SILVER_MAIL, ("mail_key",), mail_key=keys))
    columns = ("mail_key", "head", "label", "model_version")
    decided = {
        (row["mail_key"], row["head"]): Decided(row["label"], row["model_version"])
        for row in store.rows(LABELS, columns, mail_key=keys)
    }
    audits = store.rows(REVIEW_QUEUE, ("mail_key", "head"), mail_key=keys, purpose=[AUDIT])
    audited = frozenset((row["mail_key"], row["head"]) for row in audits)
    return Facts(published, erased_among(keys, store, secret), audited, decided, _auditors(store, audited))


def _auditors(store: Store, audited: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], set[str]]:
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    keys = sorted({mail_key for mail_key, _ in audited})
    rows = list(store.rows(CORRECTIONS, _ANSWER, mail_key=keys, source=[AUDIT])) if keys else []
    for row in not_undone(rows):
        found[row["mail_key"], row["head"]].add(row["corrected_by"])
    return found


def erased_among(mail_keys: Collection[str], store: Store, secret: bytes) -> frozenset[str]:
    """Those of the mails that an erasure removed, or has begun to remove and still finds."""
    gone = {name for row in store.rows(ERASURES, ("mail_hashes",)) for name in row["mail_hashes"]}
    return frozenset(key for key in mail_keys if mail_hash(secret, key) in gone) if gone else frozenset()

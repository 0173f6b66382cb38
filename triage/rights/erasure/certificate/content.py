"""What the certificate of one subject states. It names the person by a salted hash only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from triage.lake.history import Cleared
from triage.rights.erasure.certificate.wording import (
    CLEAN,
    NOT_CLEAN,
    NOT_FOUND,
    NOT_VERIFIED_IN_CLEAR,
    SALTED_HASH,
    SCOPE,
    UNREACHED,
)
from triage.rights.erasure.records import Erasure, ErasureId, subject_hash
from triage.rights.erasure.row_counts import RowCounts
from triage.rights.erasure.verification import Verification
from triage.rights.search.persons import Person


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an erasure of one or more subjects did: rows, old versions, the scan, and killed attempts before it."""

    begun_at: datetime
    key_id: str
    counts: RowCounts
    cleared: Cleared
    verification: Verification
    interrupted: Sequence[Erasure]
    secret: bytes


def certificate_content(owner: int, person: Person, erasure_id: ErasureId, outcome: Outcome) -> dict[str, Any]:
    """The members that are signed, ready for JSON; their names are the format's and do not change."""
    verification, counts = outcome.verification, outcome.counts
    earlier = _earlier(person, outcome)
    findings = _findings(owner, verification)
    is_changed = bool(counts.removed[owner] or counts.changed[owner] or earlier)
    return {
        "erasure_id": erasure_id.name,
        "begun_at": outcome.begun_at.isoformat(),
        "ended_at": datetime.now(UTC).isoformat(),
        "key_id": outcome.key_id,
        "subject": {
            "kind": person.subject.kind,
            "salt": erasure_id.salt.hex(),
            "salted_hash": person.subject.salted_hash(erasure_id.salt),
            "how": SALTED_HASH,
        },
        "result": result(is_changed, bool(earlier) and lacks_clear_values(person), findings),
        "interrupted_before": earlier,
        "rows_removed": dict(sorted(counts.removed[owner].items())),
        "rows_changed": dict(sorted(counts.changed[owner].items())),
        "mails_removed": len(person.mail_keys),
        "old_versions": {
            "files_removed": outcome.cleared.files,
            "bytes_removed": outcome.cleared.bytes,
        },
        "sought": _term_counts(person),
        "scanned": {
            "files": verification.files,
            "bytes": verification.bytes,
            "sealed_values_opened": verification.sealed_values,
            "how": SCOPE,
        },
        "findings": findings,
        "stays": [{"what": what, "why": why} for what, why in UNREACHED],
    }


def _findings(owner: int, verification: Verification) -> list[dict[str, str]]:
    """What is left of the person; a file that cannot be read counts, because it may hold anything."""
    own = [one for one in verification.remnants if one.owner == owner]
    findings = [{"file": one.file, "kind": one.kind} for one in own]
    return findings + [{"file": file, "kind": "unreadable file"} for file in verification.unreadable]


def _term_counts(person: Person) -> dict[str, int]:
    return {
        "addresses": len(person.addresses),
        "full_names": len(person.names),
        "other_values": len(person.values),
        "tokens": len(person.tokens),
        "mail_keys": len(person.mail_keys),
    }


def _earlier(person: Person, outcome: Outcome) -> list[dict[str, Any]]:
    """What killed attempts had planned to remove; they did so at least in part, and this erasure did the rest."""
    own = subject_hash(person.subject, outcome.secret)
    return [
        {"erasure_id": row["erasure_id"], "planned": dict(row["counts"])}
        for row in outcome.interrupted
        if row["subject_hash"] == own
    ]


def lacks_clear_values(person: Person) -> bool:
    """Whether the subject is a pseudonym and the vault no longer holds what it stood for."""
    return person.subject.kind == "pseudonym" and not person.has_clear_values


def result(is_changed: bool, lacks_values: bool, findings: Sequence[object]) -> str:
    """The certificate's result; it claims no more than the scan has shown."""
    if findings:
        return NOT_CLEAN
    if lacks_values:
        return NOT_VERIFIED_IN_CLEAR
    return CLEAN if is_changed else NOT_FOUND

"""An erasure: find persons, check legal holds, remove, clear old versions, verify by a scan, and certify."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from triage.config import Settings
from triage.lake.history import Cleared
from triage.lake.locks import lake_lock
from triage.lake.restored import erasing
from triage.lake.review_journal import forget_erased
from triage.lake.store import Store
from triage.lake.tables import LAKE_KEYS, LEDGER, PSEUDONYMS, Table
from triage.paths import delete_whole
from triage.privacy.pseudonyms.data_keys import with_data_keys
from triage.privacy.pseudonyms.lake_key import lake_key
from triage.rights.engine.choice import chosen_engine
from triage.rights.erasure.blanking import STATED_BY_PEOPLE
from triage.rights.erasure.certificate.content import Outcome, certificate_content
from triage.rights.erasure.certificate.signing import sign, write_document
from triage.rights.erasure.decisions import blank_decisions
from triage.rights.erasure.records import ErasureId, add_mails_of_interrupted, interrupted_erasures, record
from triage.rights.erasure.removal import Removal
from triage.rights.erasure.verification import verify
from triage.rights.holds.mails import validate_erasure
from triage.rights.holds.policy import LegalHold, load_holds
from triage.rights.open_lake import Opener, OpenLake, require_erasable_lake
from triage.rights.rows import MAIL_TABLES
from triage.rights.search.persons import Person, all_terms, reviewer_tokens
from triage.rights.search.resolve import resolve
from triage.rights.search.subjects import Subject

SALT_BYTES = 16
CLEARED_TABLES: tuple[Table, ...] = tuple(
    dict.fromkeys((*MAIL_TABLES, *STATED_BY_PEOPLE, PSEUDONYMS, LEDGER, LAKE_KEYS))
)
"""The tables that can hold a person, or what a former key sealed: an erasure leaves no old version of them."""


@dataclass(slots=True)
class ErasureResult:
    """What came of one subject: its certificate, rows removed and changed, findings of the scan, and the result."""

    certificate: Path
    removed: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    findings: int = 0
    result: str = ""


def erase(settings: Settings, subjects: Sequence[Subject], open_lake: Opener) -> list[ErasureResult]:
    """Erases the subjects from the lake, and writes one certificate each, in order.

    What a killed run left is finished first. Raises LegalHoldError before anything is changed, ConfigError for
    a place without a lake, and for a bucket that keeps what is removed.
    """
    with erasing():
        return _erase(settings, subjects, open_lake)


def _erase(settings: Settings, subjects: Sequence[Subject], open_lake: Opener) -> list[ErasureResult]:
    require_erasable_lake(settings)
    holds = load_holds(settings)
    lake = open_lake()
    with lake_lock(settings.lake.root):
        lake.resume()
        return Erasure(lake, subjects, holds).carry_out()


class Erasure:
    """The erasures of one command. Each step may be repeated after a kill."""

    def __init__(self, lake: OpenLake, subjects: Sequence[Subject], holds: Sequence[LegalHold]) -> None:
        self.lake, self.store, self.settings = lake, lake.store, lake.settings
        self.keys = with_data_keys(lake.keys, lake.store)
        self.engine = chosen_engine(lake)
        self.subjects, self.holds = subjects, holds
        self.secret = lake_key(self.store, self.keys)
        self.begun_at = datetime.now(UTC)
        self.ids = [_new_id(self.begun_at) for _ in subjects]

    def carry_out(self) -> list[ErasureResult]:
        """All steps in order.

        The rows of ops/erasures stand before the first removal, since a killed one may have removed what led to
        the person. Old versions are cleared before the scan, which reads every byte that is left.
        """
        with self.lake.stage("find"):
            resolution = resolve(self.subjects, self.settings, self.engine, self.keys)
            interrupted = interrupted_erasures(self.store)
            add_mails_of_interrupted(resolution.persons, interrupted, self.engine, self.secret)
            removal = Removal(resolution, self.engine, self.keys)
            removal.plan()
            validate_erasure(self.holds, resolution, self.engine, self.keys)
        persons = resolution.persons
        with self.lake.stage("remove"):
            nothing = [None] * len(persons)
            record("begun", self.ids, persons, removal.counts, nothing, self.store, self.secret)
            blank_decisions(persons, self.settings, self.store)
            # before the lake, too: a page must not store an answer that waits once its person is gone
            forget_erased(self.store, reviewer_tokens(persons, self.keys))
            removal.carry_out()
            removal.close()
            delete_whole(self.settings.learning_findings)  # it names reviewers and senders by tokens
            forget_erased(self.store, reviewer_tokens(persons, self.keys))
        with self.lake.stage("clear old versions"):
            cleared = clear_old_versions(self.store, CLEARED_TABLES)
        with self.lake.stage("verify"):
            verification = verify(all_terms(persons), self.settings, self.engine, self.keys)
        counts = removal.counts
        return self._certify(
            persons,
            Outcome(self.begun_at, self.keys.key_id, counts, cleared, verification, interrupted, self.secret),
        )

    def _certify(self, persons: Sequence[Person], outcome: Outcome) -> list[ErasureResult]:
        results, hashes = [], []
        for owner, (person, erasure_id) in enumerate(zip(persons, self.ids, strict=True)):
            path = self.settings.certificates_folder / f"{erasure_id.name}.json"
            content = certificate_content(owner, person, erasure_id, outcome)
            hashes.append(write_document(path, sign(content, self.keys)))
            removed, changed = outcome.counts.removed[owner], outcome.counts.changed[owner]
            findings = len(content["findings"])
            results.append(ErasureResult(path, removed, changed, findings, content["result"]))
        record("done", self.ids, persons, outcome.counts, hashes, self.store, self.secret)
        return results


def _new_id(begun_at: datetime) -> ErasureId:
    name = f"erasure-{begun_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    return ErasureId(name, secrets.token_bytes(SALT_BYTES))


def clear_old_versions(store: Store, tables: Sequence[Table]) -> Cleared:
    """Leaves only the present version of each table that exists; returns what was removed."""
    total = Cleared(0, 0)
    for table in tables:
        if store.exists(table):
            total += store.clear_history(table)
    return total

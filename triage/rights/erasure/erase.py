"""An erasure: find people, check that nothing holds them, remove, clear old versions, prove, certify."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import Row

from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.history import Cleared
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import ERASURES, LAKE_KEYS, LEDGER, PSEUDONYMS, REVEALS, Table
from triage.paths import is_local
from triage.pipeline.run import Run
from triage.privacy.pseudonyms.lake_key import keyed_hash, lake_key, mail_hash, with_mail_hash
from triage.progress import Progress
from triage.rights.erasure.certificate import signed, write
from triage.rights.erasure.prove import Proof, prove
from triage.rights.erasure.removal import Removal
from triage.rights.erasure.scope import FORGOTTEN, SCOPE, STAYS
from triage.rights.holds.in_lake import refuse_held
from triage.rights.holds.policy import LegalHold, load_holds
from triage.rights.search.find import KEYED, keys_frame
from triage.rights.search.people import find
from triage.rights.search.scanner import Term
from triage.rights.search.subjects import Person, Subject
from triage.spark.session import spark_session

SALT_BYTES = 16
CLEARED: tuple[Table, ...] = (*KEYED, PSEUDONYMS, LEDGER, REVEALS, LAKE_KEYS)
"""The tables that can hold a person, or what was sealed by a former key, and so keep no old version."""


@dataclass(slots=True)
class Erased:
    """What came of one subject: its certificate, rows removed and changed, what was still found, and the result."""

    certificate: Path
    removed: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    findings: int = 0
    result: str = ""


def erase(settings: Settings, subjects: Sequence[Subject], progress: Progress) -> list[Erased]:
    """Erases people from the lake, and certifies it, one certificate a subject.

    What a killed run left is finished first. Raises LegalHoldError before anything is touched, ConfigError for
    a place without a lake and a lake that is not on a file system of this machine.
    """
    refuse_remote(settings)
    require_lake(Store(lambda: spark_session(settings), settings.lake.root))
    holds = load_holds(settings)
    run = Run(settings, progress)
    with lake_lock(settings.lake.root):
        run.resume()
        run.start_spark()
        return Erasure(run, subjects, holds).carry_out()


def refuse_remote(settings: Settings) -> None:
    """Raises ConfigError for a lake whose files this machine cannot read and remove by name."""
    if not is_local(settings.lake.root):
        raise ConfigError(
            "This job must reach every file by name, and this lake is remote.",
            where="lake.root",
            remedy="Mount the lake and name the mounted folder.",
        )


class Erasure:
    """One command's work; each step may be repeated after a kill."""

    def __init__(self, run: Run, subjects: Sequence[Subject], holds: Sequence[LegalHold]) -> None:
        self.run, self.store, self.keys, self.settings = run, run.store, run.keys, run.settings
        self.subjects, self.holds = subjects, holds
        self.secret = lake_key(self.store, self.keys)
        self.interrupted: list[Row] = []
        self.begun_at = datetime.now(UTC)
        self.salts = [secrets.token_bytes(SALT_BYTES) for _ in subjects]
        self.ids = [f"erasure-{self.begun_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}" for _ in subjects]

    def carry_out(self) -> list[Erased]:
        """All steps in order."""
        with self.run.stage("find"):
            found = find(self.subjects, self.settings, self.store, self.keys)
            self.interrupted = interrupted(self.store)
            _add_leftovers(found.people, self.interrupted, self.store, self.secret)
            removal = Removal(found, self.store, self.keys)
            removal.plan()
            refuse_held(self.holds, found, self.store, self.keys)
        with self.run.stage("remove"):
            self._remember(found.people, removal, "begun", [None] * len(self.subjects))
            removal.carry_out()
            removal.close()
        with self.run.stage("clear old versions"):
            cleared = clear_old_versions(self.store, CLEARED)
        with self.run.stage("prove"):
            proof = prove(_sought(found.people), self.settings, self.store, self.keys)
        return self._certify(found.people, removal, cleared, proof)

    def _remember(
        self, people: Sequence[Person], removal: Removal, phase: str, certificates: Sequence[str | None]
    ) -> None:
        rows = []
        for number, person in enumerate(people):
            counts = removal.counts.removed[number] + removal.counts.changed[number]
            rows.append(
                {
                    "erasure_id": self.ids[number],
                    "phase": phase,
                    "erased_at": datetime.now(UTC),
                    "subject_hash": keyed_hash(self.secret, "subject", person.subject.identifier),
                    "salted_hash": person.subject.salted_hash(self.salts[number]),
                    "mail_hashes": sorted(mail_hash(self.secret, key) for key in person.mail_keys),
                    "counts": dict(counts),
                    "certificate_sha256": certificates[number],
                }
            )
        self.store.add(ERASURES, rows)

    def _certify(
        self, people: Sequence[Person], removal: Removal, cleared: Cleared, proof: Proof
    ) -> list[Erased]:
        made, hashes = [], []
        for number, person in enumerate(people):
            path = self.settings.certificates_folder / f"{self.ids[number]}.json"
            content = self._content(number, person, removal, cleared, proof)
            hashes.append(write(path, signed(content, self.keys)))
            counts = removal.counts
            told = len(content["findings"]), content["result"]
            made.append(Erased(path, counts.removed[number], counts.changed[number], *told))
        self._remember(people, removal, "done", hashes)
        return made

    def _content(
        self, number: int, person: Person, removal: Removal, cleared: Cleared, proof: Proof
    ) -> dict[str, Any]:
        own = [one for one in proof.findings if one.owner == number]
        findings = [{"file": one.file, "kind": one.kind} for one in own]
        findings += [{"file": file, "kind": "unreadable file"} for file in proof.unread]
        removed, changed = removal.counts.removed[number], removal.counts.changed[number]
        earlier = self._earlier(person)
        return {
            "erasure_id": self.ids[number],
            "begun_at": self.begun_at.isoformat(),
            "ended_at": datetime.now(UTC).isoformat(),
            "key_id": self.keys.key_id,
            "subject": {
                "kind": person.subject.kind,
                "salt": self.salts[number].hex(),
                "salted_hash": person.subject.salted_hash(self.salts[number]),
                "how": "SHA-256 over the salt's bytes and the identifier in lower case, UTF-8",
            },
            "result": _result(
                bool(removed or changed or earlier), bool(earlier) and _is_forgotten(person), findings
            ),
            "interrupted_before": earlier,
            "rows_removed": dict(sorted(removed.items())),
            "rows_changed": dict(sorted(changed.items())),
            "mails_removed": len(person.mail_keys),
            "old_versions": {"files_removed": cleared.files, "bytes_removed": cleared.bytes},
            "sought": {
                "addresses": len(person.addresses),
                "full_names": len(person.names),
                "other_values": len(person.values),
                "tokens": len(person.tokens),
                "mail_keys": len(person.mail_keys),
            },
            "scanned": {
                "files": proof.files,
                "bytes": proof.bytes,
                "sealed_values_opened": proof.sealed_values,
                "how": SCOPE,
            },
            "findings": findings,
            "stays": [{"what": what, "why": why} for what, why in STAYS],
        }

    def _earlier(self, person: Person) -> list[dict[str, Any]]:
        """What attempts that were killed had planned to remove, at least in part did, and this one ended."""
        own = keyed_hash(self.secret, "subject", person.subject.identifier)
        return [
            {"erasure_id": row.erasure_id, "planned": dict(row.counts)}
            for row in self.interrupted
            if row.subject_hash == own
        ]


def _is_forgotten(person: Person) -> bool:
    """Whether the vault knows no more whom the subject, a pseudonym, stood for."""
    return person.subject.kind == "pseudonym" and not (person.addresses | person.names | person.values)


def _result(done: bool, forgotten: bool, findings: Sequence[object]) -> str:
    if findings:
        return "not clean: what was found stands under findings"
    if forgotten:
        return FORGOTTEN
    return "erased, and nothing left" if done else "nothing was found of this subject"


def _sought(people: Sequence[Person]) -> list[Term]:
    terms = [term for number, person in enumerate(people) for term in person.terms(number)]
    exact = [
        Term(text, number, "exact")
        for number, person in enumerate(people)
        for text in sorted(person.tokens | person.mail_keys)
    ]
    return terms + exact


def interrupted(store: Store) -> list[Row]:
    """The rows of erasures that were begun, and not ended by any later one of the same subject."""
    known = store.read(ERASURES).collect()
    ended: dict[str, datetime] = {}
    for row in (row for row in known if row.phase == "done"):
        ended[row.subject_hash] = max(row.erased_at, ended.get(row.subject_hash, row.erased_at))
    begun = [row for row in known if row.phase == "begun"]
    return [row for row in begun if row.subject_hash not in ended or ended[row.subject_hash] < row.erased_at]


def _add_leftovers(people: Sequence[Person], begun: Sequence[Row], store: Store, secret: bytes) -> None:
    """Mails that an erasure that was killed has remembered and not yet removed."""
    by_hash = {keyed_hash(secret, "subject", person.subject.identifier): person for person in people}
    owners = {
        h: by_hash[row.subject_hash] for row in begun if row.subject_hash in by_hash for h in row.mail_hashes
    }
    if not owners:
        return
    wanted = keys_frame(owners, store, "mail_hash")
    for table in (table for table in KEYED if store.exists(table)):
        rows = with_mail_hash(store.read(table).select("mail_key").distinct(), secret)
        for row in rows.join(wanted, "mail_hash").collect():
            owners[row.mail_hash].mail_keys.add(row.mail_key)


def clear_old_versions(store: Store, tables: Sequence[Table]) -> Cleared:
    """Leaves the present version only of each table that exists."""
    total = Cleared(0, 0)
    for table in tables:
        if store.exists(table):
            total += store.clear_history(table)
    return total

"""Personal data shown on purpose: a token's value, a person's mails. The audit row is written first."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError, ContractError, KeyMaterialError
from triage.mail.message import parse
from triage.pipeline import lake_lock
from triage.privacy.keys import Keys, load_keys
from triage.privacy.pseudonyms import TOKEN
from triage.privacy.subjects import Person, Subject
from triage.privacy.token_vault import Entry, unseal_entry
from triage.privacy.vault import unseal
from triage.session import spark_session
from triage.stages.find import KEYED, keys_frame
from triage.stages.lake_key import keyed_hash, lake_key
from triage.stages.people import find_mails
from triage.stages.plan import refuse_other_key
from triage.store import Store
from triage.tables import LAKE_KEYS, PSEUDONYMS, RAW_MAIL, REVEALS


def reveal(settings: Settings, token: str, reason: str) -> str:
    """The first spelling of what a token stands for; who asked for it, when and why is written down before.

    Raises ConfigError for what is no token or a reason that names somebody, KeyMaterialError for another key
    than the lake's (also written down), ContractError for a token that the vault does not know.
    """
    _refuse_reason(reason)
    if not TOKEN.fullmatch(token):
        raise ConfigError(
            "This is no token.", where="TOKEN", remedy="Give one such as <PERSON_5b21e0_7f3a9c0de1b2a394>."
        )
    audit = Audit(settings, "reveal", reason)
    row = audit.store.read(PSEUDONYMS).join(keys_frame([token], audit.store, "token"), "token").first()
    if row is None:
        audit.write("unknown", ("token", token), None)
        raise ContractError(
            "The vault does not know this token.",
            where="vault/pseudonyms",
            remedy="Copy it whole from a table.",
        )
    entry = unseal_entry(bytes(row.sealed), token, audit.keys)
    _refuse_reason(reason, entry)
    audit.write("shown", (row.entity, entry.value), row.entity)
    return entry.spelling


def export_person(settings: Settings, subject: Subject, reason: str, out: Path) -> int:
    """Writes all mails of a person as JSON for the eyes of its owner only; gives their number.

    Raises as `reveal` does, and ConfigError where `out` cannot be written.
    """
    _refuse_reason(reason)
    _private_file(out, b"")
    audit = Audit(settings, "export", reason)
    [person] = find_mails([subject], audit.store, audit.keys)
    entry = Entry(subject.identifier, subject.identifier)
    _refuse_reason(reason, entry)
    audit.write("shown" if person.mail_keys else "unknown", ("EMAIL_ADDRESS", subject.identifier), None)
    mails = list(_mails(person, settings, audit.store, audit.keys))
    told = {"exported_at": datetime.now(UTC).isoformat(), "tokens": sorted(person.tokens), "mails": mails}
    _private_file(out, json.dumps(told, indent=2, ensure_ascii=False, default=str).encode("utf-8", "replace"))
    return len(mails)


class Audit:
    """A look at personal data, from the key's check to the audit row."""

    def __init__(self, settings: Settings, action: str, reason: str) -> None:
        self.action, self.reason, self.keys = action, reason, load_keys(settings)
        self.store = Store(spark_session(settings, action), settings.lake.root)
        try:
            refuse_other_key(self.store, self.keys)
        except KeyMaterialError:
            self._add("wrong_key", None, None)
            raise
        if self.store.exists(LAKE_KEYS):
            self.secret = lake_key(self.store, self.keys)
        else:
            with lake_lock(settings):
                self.secret = lake_key(self.store, self.keys)

    def write(self, outcome: str, value: tuple[str, str], entity: str | None) -> None:
        """Writes down what is about to be shown, as a keyed hash."""
        self._add(outcome, keyed_hash(self.secret, *value), entity)

    def _add(self, outcome: str, value_hash: str | None, entity: str | None) -> None:
        row = {
            "reveal_id": secrets.token_hex(8),
            "revealed_at": datetime.now(UTC),
            "os_user": getpass.getuser(),
            "action": self.action,
            "value_hash": value_hash,
            "entity": entity,
            "reason": self.reason,
            "key_id": self.keys.key_id,
            "outcome": outcome,
        }
        self.store.add(REVEALS, [row])


def _refuse_reason(reason: str, entry: Entry | None = None) -> None:
    """A reason stays in the audit table, so it names nobody."""
    named = "@" in reason or TOKEN.search(reason) is not None
    if entry is not None:
        named = named or any(value.casefold() in reason.casefold() for value in entry if value)
    if named or not reason.strip():
        raise ConfigError(
            "The reason is empty, or names a person.",
            where="--reason",
            remedy="Say why without an address, token or name: a ticket's number is best.",
        )


def _mails(person: Person, settings: Settings, store: Store, keys: Keys) -> Iterator[dict[str, Any]]:
    wanted = f.broadcast(keys_frame(person.mail_keys, store))
    rest = [table for table in KEYED if table is not RAW_MAIL and store.exists(table)]
    rows = {table.name: _by_mail(store.read(table).join(wanted, "mail_key").collect()) for table in rest}
    for raw in (
        store.read(RAW_MAIL).join(wanted, "mail_key").orderBy("received_at", "mail_key").toLocalIterator()
    ):
        told: dict[str, Any] = {"mail_key": raw.mail_key, "received_at": raw.received_at, "message": None}
        if raw.sealed is not None:
            data = unseal(bytes(raw.sealed), raw.mail_key.encode(), keys)
            told["message"] = dataclasses.asdict(parse(data, settings.limits))
        yield told | {name: found.get(raw.mail_key, []) for name, found in rows.items()}


def _by_mail(rows: Sequence[Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.mail_key, []).append(row.asDict(recursive=True))
    return found


def _private_file(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
    except OSError as fault:
        raise ConfigError(
            f"The file cannot be written: {fault.strerror}.", where="--out", remedy="Name another place."
        ) from None

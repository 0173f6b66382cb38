"""All that the lake holds of a person's mails, as a JSON file."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import RAW_MAIL
from triage.mail.parsing.message import parse
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.rights.disclosure.audit import Audit
from triage.rights.rows import MAIL_TABLES, STATED_TABLES, token_columns
from triage.rights.search.persons import Person, token_pattern
from triage.rights.search.resolve import persons_with_mails
from triage.rights.search.subjects import Subject


def export_person(settings: Settings, subject: Subject, reason: str, out: Path) -> int:
    """Writes all mails of a person, and what the person stated of mails, as JSON that its owner only may read.

    Returns the number of mails. Raises as `reveal` does, but not for a token that the vault does not know, and
    ConfigError where `out` cannot be written. The audit row is written before the file.
    """
    audit = Audit(settings, "export", reason)
    name = subject.identifier
    requested = audit.token(name) if subject.kind == "pseudonym" else audit.address(name)
    [person] = persons_with_mails([subject], audit.store, audit.keys)
    audit.validate_reason(requested, person.addresses | person.names | person.values)
    statements = _statements(person, audit.store)
    audit.record("shown" if person.mail_keys or any(statements.values()) else "unknown", requested)
    mails = list(_mails(person, settings, audit.store, audit.keys))
    export = {
        "exported_at": datetime.now(UTC).isoformat(),
        "tokens": sorted(person.tokens),
        "mails": mails,
        "statements": statements,
    }
    _write_private(out, json.dumps(export, indent=2, ensure_ascii=False, default=str).encode("utf-8", "replace"))
    return len(mails)


def _mails(person: Person, settings: Settings, store: Store, keys: Keys) -> Iterator[dict[str, Any]]:
    """Each mail as it was received, parsed, with its rows in the other tables by their names."""
    wanted = f.broadcast(keys_frame(person.mail_keys, store))
    rest = [table for table in MAIL_TABLES if table is not RAW_MAIL and store.exists(table)]
    rows = {table.name: _by_mail(store.read(table).join(wanted, "mail_key").collect()) for table in rest}
    raw_mails = store.read(RAW_MAIL).join(wanted, "mail_key").orderBy("received_at", "mail_key")
    for raw in raw_mails.toLocalIterator():
        mail: dict[str, Any] = {"mail_key": raw.mail_key, "received_at": raw.received_at, "message": None}
        if raw.sealed is not None:
            data = unseal(bytes(raw.sealed), raw.mail_key.encode(), keys)
            mail["message"] = dataclasses.asdict(parse(data, settings.limits))
        yield mail | {name: by_mail.get(raw.mail_key, []) for name, by_mail in rows.items()}


def _statements(person: Person, store: Store) -> dict[str, list[dict[str, Any]]]:
    """By table: what the person stated of mails, such as corrections; most of these are mails of others."""
    found = {}
    for table in STATED_TABLES:
        by = f.concat_ws(" ", *(f.col(name) for name in token_columns(table)))
        naming = by.rlike(token_pattern([person]).pattern)
        rows = store.read(table).where(naming).collect() if store.exists(table) else []
        found[table.name] = [row.asDict(recursive=True) for row in rows]
    return found


def _by_mail(rows: Sequence[Any]) -> dict[str, list[dict[str, Any]]]:
    by_mail: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_mail.setdefault(row.mail_key, []).append(row.asDict(recursive=True))
    return by_mail


def _write_private(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
    except OSError as fault:
        raise ConfigError(
            f"The file cannot be written: {fault.strerror}.", where="--out", remedy="Name another place."
        ) from None

"""All that the lake holds of a person's mails, as a JSON file."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.tables import RAW_MAIL
from triage.mail.parsing.message import parse
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.rights.disclosure.audit import Audit
from triage.rights.engine.base import Engine, whole
from triage.rights.engine.choice import engine_for
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
    engine = engine_for(audit.store, settings)
    [person] = persons_with_mails([subject], engine, audit.keys)
    audit.validate_reason(requested, person.addresses | person.names | person.values)
    statements = _statements(person, engine)
    audit.record("shown" if person.mail_keys or any(statements.values()) else "unknown", requested)
    mails = list(_mails(person, settings, engine, audit.keys))
    export = {
        "exported_at": datetime.now(UTC).isoformat(),
        "tokens": sorted(person.tokens),
        "mails": mails,
        "statements": statements,
    }
    _write_private(out, json.dumps(export, indent=2, ensure_ascii=False, default=str).encode("utf-8", "replace"))
    return len(mails)


def _mails(person: Person, settings: Settings, engine: Engine, keys: Keys) -> Iterator[dict[str, Any]]:
    """Each mail as it was received, parsed, with its rows in the other tables by their names."""
    rest = [table for table in MAIL_TABLES if table is not RAW_MAIL and engine.store.exists(table)]
    rows = {table.name: _by_mail(engine.rows(whole(table, mail_key=person.mail_keys))) for table in rest}
    raw_mails = engine.rows(whole(RAW_MAIL, mail_key=person.mail_keys))
    for raw in sorted(raw_mails, key=_by_time):
        mail: dict[str, Any] = {"mail_key": raw["mail_key"], "received_at": raw["received_at"], "message": None}
        if raw["sealed"] is not None:
            data = unseal(bytes(raw["sealed"]), raw["mail_key"].encode(), keys)
            mail["message"] = dataclasses.asdict(parse(data, settings.limits))
        yield mail | {name: by_mail.get(raw["mail_key"], []) for name, by_mail in rows.items()}


def _by_time(raw: Mapping[str, Any]) -> tuple[bool, datetime | None, str]:
    """Mails without a time come first."""
    return raw["received_at"] is not None, raw["received_at"], raw["mail_key"]


def _statements(person: Person, engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """By table: what the person stated of mails, such as corrections; most of these are mails of others."""
    found, tokens = {}, token_pattern([person])
    for table in STATED_TABLES:
        columns = token_columns(table)
        rows = engine.rows(whole(table)) if engine.store.exists(table) else iter(())
        found[table.name] = [row for row in rows if any(tokens.search(row[name] or "") for name in columns)]
    return found


def _by_mail(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rows of a mail in the order of their content, whichever engine read them."""
    by_mail: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=repr):
        by_mail.setdefault(row["mail_key"], []).append(row)
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

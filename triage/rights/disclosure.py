"""Personal data shown on purpose: a token's value, a person's mails. The audit row is written first."""

from __future__ import annotations

import dataclasses
import json
import os
import pwd
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError, ContractError, KeyMaterialError
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import LAKE_KEYS, PSEUDONYMS, RAW_MAIL, REVEALS
from triage.mail.parsing.message import parse
from triage.privacy.pseudonyms.keys import Keys, load_keys
from triage.privacy.pseudonyms.lake_key import keyed_hash, lake_key
from triage.privacy.pseudonyms.sealing import unseal
from triage.privacy.pseudonyms.token_vault import Entry, unseal_entry
from triage.privacy.pseudonyms.tokens import TOKEN, normalize
from triage.rights.search.find import KEYED, keys_frame
from triage.rights.search.people import find_mails
from triage.rights.search.subjects import Person, Subject, spellings
from triage.spark.session import spark_session
from triage.stages.plan import refuse_other_key


def reveal(settings: Settings, token: str, reason: str) -> str:
    """The first spelling of what a token stands for; who asked for it, when and why is written down before.

    Raises ConfigError for what is no token or for a reason that names somebody, KeyMaterialError for another key
    than the lake's, ContractError for a token that the vault does not know; all but the first are written down.
    """
    if not TOKEN.fullmatch(token):
        raise ConfigError(
            "This is no token.", where="TOKEN", remedy="Give one such as <PERSON_5b21e0_7f3a9c0de1b2a394>."
        )
    audit = Audit(settings, "reveal", reason)
    known = _known(token, audit)
    audit.refuse_naming(known)
    audit.write("shown" if known.told else "unknown", known)
    if known.told is None:
        raise ContractError(
            "The vault does not know this token.",
            where="vault/pseudonyms",
            remedy="Copy it whole from a table.",
        )
    return known.told.spelling


def export_person(settings: Settings, subject: Subject, reason: str, out: Path) -> int:
    """Writes all mails of a person as JSON for the eyes of its owner only; gives their number.

    Raises as `reveal` does, but for a token without a value, and ConfigError where `out` cannot be written.
    """
    audit = Audit(settings, "export", reason)
    known = _known(subject.identifier, audit) if subject.kind == "pseudonym" else _address(subject.identifier)
    [person] = find_mails([subject], audit.store, audit.keys)
    audit.refuse_naming(known, person.addresses | person.names | person.values)
    audit.write("shown" if person.mail_keys else "unknown", known)
    mails = list(_mails(person, settings, audit.store, audit.keys))
    told = {"exported_at": datetime.now(UTC).isoformat(), "tokens": sorted(person.tokens), "mails": mails}
    _private_file(out, json.dumps(told, indent=2, ensure_ascii=False, default=str).encode("utf-8", "replace"))
    return len(mails)


class Known(NamedTuple):
    """What is asked for: the kind and the value that are hashed, and what the vault tells of a token."""

    entity: str
    value: str
    told: Entry | None = None


def _known(token: str, audit: Audit) -> Known:
    row = audit.store.read(PSEUDONYMS).join(keys_frame([token], audit.store, "token"), "token").first()
    if row is None:
        return Known("token", token)
    entry = unseal_entry(bytes(row.sealed), token, audit.keys)
    return Known(row.entity, entry.value, entry)


def _address(address: str) -> Known:
    return Known("EMAIL_ADDRESS", normalize("EMAIL_ADDRESS", address))


class Audit:
    """A look at personal data, from the key's check to the audit row."""

    def __init__(self, settings: Settings, action: str, reason: str) -> None:
        self.store = Store(lambda: spark_session(settings, action), settings.lake.root)
        require_lake(self.store)
        self.action, self.keys = action, load_keys(settings)
        self.reason = "" if is_naming(reason) else reason
        self._words = reason
        try:
            refuse_other_key(self.store, self.keys)
        except KeyMaterialError:
            self._add("wrong_key", None)
            raise
        if self.store.exists(LAKE_KEYS):
            self.secret = lake_key(self.store, self.keys)
        else:
            with lake_lock(settings.lake.root):
                self.secret = lake_key(self.store, self.keys)

    def write(self, outcome: str, known: Known) -> None:
        """Writes down what is about to be shown, as a keyed hash."""
        self._add(outcome, known)

    def refuse_naming(self, known: Known, names: Iterable[str] = ()) -> None:
        """Raises ConfigError for a reason that is empty or names whom it is about, which is written down without it."""
        values = {*(known.told or ()), *names}
        if self.reason and not is_naming(self._words, values):
            return
        self.reason = ""
        self._add("refused", known)
        raise ConfigError(
            "The reason is empty, or names a person.",
            where="--reason",
            remedy="Say why without an address, token or name: a ticket's number is best.",
        )

    def _add(self, outcome: str, known: Known | None) -> None:
        row = {
            "reveal_id": secrets.token_hex(8),
            "revealed_at": datetime.now(UTC),
            "os_user": _os_user(),
            "action": self.action,
            "value_hash": known and keyed_hash(self.secret, known.entity, known.value),
            "entity": known.entity if known and known.told else None,
            "reason": self.reason,
            "key_id": self.keys.key_id,
            "outcome": outcome,
        }
        self.store.add(REVEALS, [row])


def is_naming(reason: str, values: Iterable[str] = ()) -> bool:
    """Whether a reason, which stays in the audit table, is blank, or holds an address, a token or one of the values.

    A value counts as a word of its own only: `47` does not stand in `case 4711`.
    """
    words = {form.casefold() for value in values if value.strip() for form in (value, *spellings(value))}
    told = any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", reason.casefold()) for form in words)
    return told or not reason.strip() or "@" in reason or TOKEN.search(reason) is not None


def _os_user() -> str:
    """By the process's own id: the environment can be forged."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


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

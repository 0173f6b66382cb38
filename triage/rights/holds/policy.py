"""The file of legal holds: people and mails that must not be erased for now, named by hashes, tokens or mail keys."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError, field_validator

from triage.config import Section, Settings
from triage.errors import ConfigError
from triage.privacy.pseudonyms.tokens import TOKEN
from triage.rights.search.persons import Person
from triage.yaml_file import read_yaml

_DIGEST = re.compile(r"[0-9a-f]{64}")
_REMEDY = (
    "Give a list of holds: {id, reason, address_sha256: […], tokens: […], mail_keys: […]}; "
    "hashes and keys have 64 hex digits."
)


class LegalHold(Section):
    """One hold. It names nobody in clear."""

    id: str = Field(min_length=1)
    """Its name; shown when it forbids an erasure."""

    reason: str = Field(min_length=1)
    """Why the data must stay."""

    address_sha256: frozenset[str] = frozenset()
    """SHA-256, in hex, of addresses in lower case."""

    tokens: frozenset[str] = frozenset()
    """Pseudonyms. A rotation of the key would make them void, so it does not begin while a hold names one."""

    mail_keys: frozenset[str] = frozenset()
    """Single mails."""

    @field_validator("address_sha256", "mail_keys", mode="after")
    @classmethod
    def _hex(cls, values: Iterable[str]) -> frozenset[str]:
        digests = frozenset(value.strip().lower() for value in values)
        if not all(map(_DIGEST.fullmatch, digests)):
            raise ValueError("64 hex digits each")
        return digests

    @field_validator("tokens", mode="after")
    @classmethod
    def _whole(cls, values: Iterable[str]) -> frozenset[str]:
        tokens = frozenset(value.strip() for value in values)
        if not all(map(TOKEN.fullmatch, tokens)):
            raise ValueError("whole tokens")
        return tokens


def load_holds(settings: Settings) -> tuple[LegalHold, ...]:
    """The holds of the configured file; none where none is configured. Raises ConfigError for a broken file."""
    path = settings.privacy.legal_holds
    if not path:
        return ()
    content = read_yaml(Path(path), "file of legal holds", _REMEDY)
    try:
        holds = TypeAdapter(tuple[LegalHold, ...]).validate_python(content or ())
    except ValidationError as fault:
        where = _where(content, fault.errors(include_input=False)[0]["loc"])
        raise ConfigError("A legal hold is wrong.", where=f"{path}: {where}", remedy=_REMEDY) from None
    return holds


def _where(content: object, place: tuple[int | str, ...]) -> str:
    """The hold, by its id where it has one, and the field."""
    number, *field = place or ("",)
    hold = content[number] if isinstance(content, list) and isinstance(number, int) else None
    named = hold.get("id") if isinstance(hold, dict) else None
    return ".".join(map(str, [f"hold {named}" if isinstance(named, str) else number, *field[:1]]))


def address_sha256(address: str) -> str:
    """The hash by which a hold names an address."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def names(hold: LegalHold, person: Person) -> bool:
    """Whether a hold names a person, or one of the mails that were asked for."""
    hashes = {address_sha256(address) for address in person.addresses}
    return bool(hold.address_sha256 & hashes or hold.tokens & person.tokens or hold.mail_keys & person.mail_keys)

"""Legal holds: people and mails that must stay for now, named by hashes, tokens or mail keys."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError, field_validator

from triage.config import Section, Settings
from triage.errors import ConfigError
from triage.privacy.pseudonyms.tokens import TOKEN
from triage.rights.search.subjects import Person
from triage.yaml_file import read_yaml

_DIGEST = re.compile(r"[0-9a-f]{64}")
_REMEDY = "Give a list of holds: {id, reason, address_sha256: […], tokens: […], mail_keys: […]}; hashes and keys have 64 hex digits."


class LegalHold(Section):
    """One hold. It names nobody in clear."""

    id: str = Field(min_length=1)
    """What the hold is called by; told when it stops an erasure."""

    reason: str = Field(min_length=1)
    """Why the data must stay."""

    address_sha256: frozenset[str] = frozenset()
    """SHA-256, in hex, of addresses in lower case."""

    tokens: frozenset[str] = frozenset()
    """Pseudonyms; they end with a rotation of the key, which therefore refuses them."""

    mail_keys: frozenset[str] = frozenset()
    """Single mails."""

    @field_validator("address_sha256", "mail_keys", mode="after")
    @classmethod
    def _hex(cls, values: Iterable[str]) -> frozenset[str]:
        found = frozenset(value.strip().lower() for value in values)
        if not all(map(_DIGEST.fullmatch, found)):
            raise ValueError("64 hex digits each")
        return found

    @field_validator("tokens", mode="after")
    @classmethod
    def _whole(cls, values: Iterable[str]) -> frozenset[str]:
        found = frozenset(value.strip() for value in values)
        if not all(map(TOKEN.fullmatch, found)):
            raise ValueError("whole tokens")
        return found


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
    told = content[number] if isinstance(content, list) and isinstance(number, int) else None
    named = told.get("id") if isinstance(told, dict) else None
    return ".".join(map(str, [f"hold {named}" if isinstance(named, str) else number, *field[:1]]))


def address_sha256(address: str) -> str:
    """The hash by which a hold names an address."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def names(hold: LegalHold, person: Person) -> bool:
    """Whether a hold names a person, or one of the mails that were asked for."""
    hashes = {address_sha256(address) for address in person.addresses}
    return bool(
        hold.address_sha256 & hashes or hold.tokens & person.tokens or hold.mail_keys & person.mail_keys
    )

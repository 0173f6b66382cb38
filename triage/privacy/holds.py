"""Legal holds: people and mails that must stay for now, named by hashes, tokens or mail keys."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from triage.config import Section, Settings
from triage.errors import ConfigError
from triage.privacy.subjects import Person
from triage.yaml_file import read_yaml

_REMEDY = "Give a list of holds: {id, reason, address_sha256: […], tokens: […], mail_keys: […]}."


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


def load_holds(settings: Settings) -> tuple[LegalHold, ...]:
    """The holds of the configured file; none where none is configured. Raises ConfigError for a broken file."""
    path = settings.privacy.legal_holds
    if not path:
        return ()
    content = read_yaml(Path(path), "file of legal holds", _REMEDY)
    try:
        holds = TypeAdapter(tuple[LegalHold, ...]).validate_python(content or ())
    except ValidationError as fault:
        where = ".".join(str(part) for part in fault.errors(include_input=False)[0]["loc"])
        raise ConfigError("A legal hold is wrong.", where=f"{path}: {where}", remedy=_REMEDY) from None
    return holds


def address_sha256(address: str) -> str:
    """The hash by which a hold names an address."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def names(hold: LegalHold, person: Person) -> bool:
    """Whether a hold names a person, or one of the mails that were asked for."""
    hashes = {address_sha256(address) for address in person.addresses}
    return bool(
        hold.address_sha256 & hashes or hold.tokens & person.tokens or hold.mail_keys & person.mail_keys
    )

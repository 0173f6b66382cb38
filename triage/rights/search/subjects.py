"""Subjects: the identifiers by which a person is named to a job."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from triage.errors import ConfigError
from triage.privacy.pseudonyms.tokens import TOKEN
from triage.rights.search.full_names import SHARED_ENTITIES

SubjectKind = Literal["address", "pseudonym", "mail_key"]

_FORMS: dict[SubjectKind, re.Pattern[str]] = {
    "address": re.compile(r"[^\s@<>\"(),;]+@[^\s@<>\"(),;]+"),
    "pseudonym": TOKEN,
    "mail_key": re.compile(r"[0-9a-f]{64}"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One identifier as it was given: an address in lower case, a token, or a mail key."""

    kind: SubjectKind
    identifier: str = field(repr=False)

    def salted_hash(self, salt: bytes) -> str:
        """SHA-256 of the salt and the identifier in UTF-8: what a certificate shows of the person."""
        return hashlib.sha256(salt + self.identifier.encode("utf-8", "surrogatepass")).hexdigest()


def parse_subjects(
    addresses: Iterable[str], pseudonyms: Iterable[str], mail_keys: Iterable[str], file: Path | None = None
) -> list[Subject]:
    """The distinct subjects of a command line, and of a file with one identifier a line.

    Raises ConfigError, which never quotes an identifier, for a malformed one, for a token of what many people share,
    or when there is none.
    """
    given = [_validated("address", text, "--address") for text in addresses]
    given += [_validated("pseudonym", text, "--pseudonym") for text in pseudonyms]
    given += [_validated("mail_key", text, "--mail-key") for text in mail_keys]
    given += _from_file(file) if file else []
    if not given:
        raise ConfigError("Nobody is named.", remedy="Give --address, --pseudonym, --mail-key or --file.")
    return list(dict.fromkeys(given))


def _from_file(file: Path) -> list[Subject]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigError("The file cannot be read.", where="--file", remedy="Give a UTF-8 text file.") from None
    return [
        _validated(_kind(line.strip()), line, f"--file, line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _kind(text: str) -> SubjectKind:
    if TOKEN.fullmatch(text):
        return "pseudonym"
    return "address" if "@" in text else "mail_key"


def _validated(kind: SubjectKind, text: str, where: str) -> Subject:
    plain = text.strip() if kind == "pseudonym" else text.strip().strip("<>").casefold()
    if not _FORMS[kind].fullmatch(plain):
        raise ConfigError(
            "This is no identifier of that kind.",
            where=where,
            remedy="An address is name@host, a pseudonym <ENTITY_key_digest>, a mail key 64 hex digits.",
        )
    token = TOKEN.fullmatch(plain)
    if token and token["entity"] in SHARED_ENTITIES:
        raise ConfigError(
            "This pseudonym names no person.",
            where=where,
            remedy="Many mails share its value; give a person's token, an address or a mail key.",
        )
    return Subject(kind, plain)

"""Who is meant by an identifier, and under which spellings a person is sought."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from triage.errors import ConfigError
from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.pseudonyms.tokens import TOKEN, normalize
from triage.rights.search.scanner import Term

_ADDRESS = re.compile(r"[^\s@<>\"(),;]+@[^\s@<>\"(),;]+")
_MAIL_KEY = re.compile(r"[0-9a-f]{64}")
_SHORT_WORDS = re.compile(r"[\w'’.-]+")
_LANGUAGES = ("en", "de", "fr", "es")
_TELLING_CHARS = 8
_COMMON = frozenset({"LOCATION", "ORGANIZATION", "NRP", "AGE", "DATE", "OWN_TERM", "URL", "MESSAGE_ID"})
"""Entities whose values many mails share, and that name no person."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One identifier as it was given: an address in lower case, a token, or a mail key."""

    kind: Literal["address", "pseudonym", "mail_key"]
    identifier: str = field(repr=False)

    def salted_hash(self, salt: bytes) -> str:
        """SHA-256 of the salt and the identifier in UTF-8: what a certificate tells of the person."""
        return hashlib.sha256(salt + self.identifier.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class Person:
    """What a subject turned out to be: values that name the person, tokens that stand for them, and mails."""

    subject: Subject
    addresses: set[str] = field(default_factory=set, repr=False)
    names: set[str] = field(default_factory=set, repr=False)
    values: set[str] = field(default_factory=set, repr=False)
    tokens: set[str] = field(default_factory=set)
    mail_keys: set[str] = field(default_factory=set)

    def terms(self, owner: int) -> Iterator[Term]:
        """What raw bytes may hold of the person."""
        yield from (Term(address, owner, "address") for address in self.addresses)
        yield from (Term(value, owner, "value") for value in self.values)
        yield from self.name_terms(owner)

    def name_terms(self, owner: int) -> Iterator[Term]:
        """The spellings of the person's full names."""
        yield from (Term(spelling, owner, "name") for name in self.names for spelling in spellings(name))


def subjects(
    addresses: Iterable[str], pseudonyms: Iterable[str], mail_keys: Iterable[str], file: Path | None = None
) -> list[Subject]:
    """The distinct subjects of a command line, and of a file with one identifier a line.

    Raises ConfigError, which never quotes an identifier, for a malformed one, for a token of what many people share,
    or when there is none.
    """
    told = [_checked("address", text, "--address") for text in addresses]
    told += [_checked("pseudonym", text, "--pseudonym") for text in pseudonyms]
    told += [_checked("mail_key", text, "--mail-key") for text in mail_keys]
    told += _from_file(file) if file else []
    if not told:
        raise ConfigError("Nobody is named.", remedy="Give --address, --pseudonym, --mail-key or --file.")
    return list(dict.fromkeys(told))


def _from_file(file: Path) -> list[Subject]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            "The file cannot be read.", where="--file", remedy="Give a UTF-8 text file."
        ) from None
    return [
        _checked(_kind(line.strip()), line, f"--file, line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _kind(text: str) -> Literal["address", "pseudonym", "mail_key"]:
    if TOKEN.fullmatch(text):
        return "pseudonym"
    return "address" if "@" in text else "mail_key"


def _checked(kind: Literal["address", "pseudonym", "mail_key"], text: str, where: str) -> Subject:
    forms = {"address": _ADDRESS, "pseudonym": TOKEN, "mail_key": _MAIL_KEY}
    plain = text.strip() if kind == "pseudonym" else text.strip().strip("<>").casefold()
    if not forms[kind].fullmatch(plain):
        raise ConfigError(
            "This is no identifier of that kind.",
            where=where,
            remedy="An address is name@host, a pseudonym <ENTITY_key_digest>, a mail key 64 hex digits.",
        )
    token = TOKEN.fullmatch(plain)
    if token and token["entity"] in _COMMON:
        raise ConfigError(
            "This pseudonym names no person.",
            where=where,
            remedy="Many mails share its value; give a person's token, an address or a mail key.",
        )
    return Subject(kind, plain)


def full_name(display_name: str) -> str | None:
    """A display name as it is sought, if it is a full one; a single word is shared by too many people."""
    name = normalize("PERSON", display_name)
    words = [word for word in _SHORT_WORDS.findall(name) if len(word.strip(".'’-")) > 1]
    return name if "@" not in display_name and len(words) > 1 else None


def is_personal(name: str) -> bool:
    """Whether a full name is a person's, and not a desk's such as `Customer Service`, which many mails speak of."""
    kinds = [{kind(word, language) for language in _LANGUAGES} for word in name.split()]
    if any(told <= {Kind.GIVEN, Kind.SURNAME, Kind.UNKNOWN} for told in kinds):
        return True
    return all(told <= {Kind.EITHER} for told in kinds)


def is_telling(entity: str, value: str) -> bool:
    """Whether a value of a token, other than a name, tells so few people that it may be sought in raw mail."""
    return entity not in _COMMON and len(value) >= _TELLING_CHARS


def spellings(name: str) -> set[str]:
    """A full name as mail and file names write it: in order, or the last word first."""
    words = name.split()
    forms = {mark.join(words) for mark in " _.-"}
    return forms | {f"{words[-1]}, {' '.join(words[:-1])}", f"{words[-1]} {' '.join(words[:-1])}"}

"""From subjects to persons: their addresses, names, tokens and mails, and the mails of others that mention them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from triage.config import Settings
from triage.lake.tables import PSEUDONYMS
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.privacy.pseudonyms.tokens import REVIEWER, pseudonym
from triage.rights.engine.base import Engine
from triage.rights.search.full_names import full_name, is_distinctive, is_personal
from triage.rights.search.header_names import add_own_names
from triage.rights.search.occurrences import (
    mails_with_terms,
    mails_with_tokens,
    members_with_terms,
    tokens_with_terms,
)
from triage.rights.search.persons import (
    Owners,
    Person,
    clear_terms,
    mail_owners,
    merge_owners,
    name_terms,
    owning_terms,
    token_owners,
)
from triage.rights.search.scanner import Term
from triage.rights.search.subjects import Subject


@dataclass(slots=True)
class Resolution:
    """Persons with their mails, and other people's mails that give one of their full names, by mail key."""

    persons: list[Person]
    mentions: Owners = field(default_factory=dict)


def resolve(subjects: Sequence[Subject], settings: Settings, engine: Engine, keys: Keys) -> Resolution:
    """The persons meant, in order, with all their mails: sent by them, to them, or naming their address.

    A full name is a person's own where it stands, in the headers of all mails, with the person's addresses only.
    """
    persons = persons_with_mails(subjects, engine, keys)
    add_own_names(persons, settings.limits, engine, keys)
    names = name_terms(persons)
    _add_tokens(persons, tokens_with_terms(names, engine, keys))
    return Resolution(persons, _mentions(persons, names, engine, keys))


def persons_with_mails(subjects: Sequence[Subject], engine: Engine, keys: Keys) -> list[Person]:
    """The persons meant, in order, with their mails.

    Mails are found by their bytes and by the tokens in their rows: decoded MIME shows more than bytes, and bytes
    show what no detector has seen.
    """
    persons = _persons_by_identifier(subjects, engine, keys)
    terms = owning_terms(persons)
    _add_tokens(persons, tokens_with_terms(terms, engine, keys))
    _add_mails(persons, mails_with_terms(terms, engine, keys))
    _add_mails(persons, mails_with_tokens(token_owners(persons), engine))
    return persons


def _persons_by_identifier(subjects: Sequence[Subject], engine: Engine, keys: Keys) -> list[Person]:
    """The persons as far as the identifiers and vault/pseudonyms lead; without their mails."""
    persons = [Person(subject) for subject in subjects]
    for person in persons:
        if person.subject.kind == "address":
            _add_address(person, person.subject.identifier, keys)
        elif person.subject.kind == "mail_key":
            person.mail_keys.add(person.subject.identifier)
        else:
            person.tokens.add(person.subject.identifier)
    by_token = {p.subject.identifier: p for p in persons if p.subject.kind == "pseudonym"}
    if by_token:
        _add_values_of_tokens(by_token, engine, keys)
    return persons


def _add_values_of_tokens(by_token: dict[str, Person], engine: Engine, keys: Keys) -> None:
    for row in engine.store.rows(PSEUDONYMS, ("token", "entity", "sealed"), token=by_token.keys()):
        entry = unseal_entry(bytes(row["sealed"]), row["token"], keys)
        _add_value(by_token[row["token"]], row["entity"], {entry.value, entry.spelling}, keys)


def _add_value(person: Person, entity: str, spelled: Iterable[str], keys: Keys) -> None:
    for value in spelled:
        if entity in ("EMAIL_ADDRESS", REVIEWER) and "@" in value:
            _add_address(person, value, keys)
        elif entity in ("PERSON", REVIEWER):
            _add_name(person, entity, value)
        elif is_distinctive(entity, value):
            person.values.add(value)


def _add_name(person: Person, entity: str, value: str) -> None:
    """A reviewer may be a desk, such as `Accounts Team`, which no mail may lose."""
    name = full_name(value)
    if name and (entity != REVIEWER or is_personal(name)):
        person.names.add(name)


def _add_address(person: Person, address: str, keys: Keys) -> None:
    normalized = normalize("EMAIL_ADDRESS", address)
    person.addresses |= {address, normalized}
    person.tokens.add(pseudonym("EMAIL_ADDRESS", normalized, keys))


def _add_tokens(persons: Sequence[Person], tokens: Owners) -> None:
    for token, owners in tokens.items():
        for owner in owners:
            persons[owner].tokens.add(token)


def _add_mails(persons: Sequence[Person], mails: Owners) -> None:
    for mail_key, owners in mails.items():
        for owner in owners:
            persons[owner].mail_keys.add(mail_key)


def _mentions(persons: Sequence[Person], names: Sequence[Term], engine: Engine, keys: Keys) -> Owners:
    """Mails of others that give a person's own name: in their bytes, by a token, or by their name in an archive."""
    mentions = mails_with_terms(names, engine, keys)
    merge_owners(mentions, mails_with_tokens(token_owners(persons), engine))
    merge_owners(mentions, members_with_terms(clear_terms(persons), engine, keys))
    own = mail_owners(persons)
    return {key: owners for key, owners in mentions.items() if key not in own}

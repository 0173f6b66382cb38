"""From identifiers to people: their addresses, names, tokens and mails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pyspark.sql import functions as f

from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.privacy.pseudonyms.tokens import normalize, pseudonym
from triage.rights.search.find import (
    keys_frame,
    mails_naming,
    members_naming,
    names_beside,
    names_of_others,
    tokens_in_rows,
    tokens_naming,
)
from triage.rights.search.scanner import Term
from triage.rights.search.subjects import Person, Subject, full_name, is_telling


@dataclass(slots=True)
class Found:
    """People with their mails, and other people's mails that give one of their full names."""

    people: list[Person]
    mentions: dict[str, set[int]] = field(default_factory=dict)


def find(subjects: Sequence[Subject], settings: Settings, store: Store, keys: Keys) -> Found:
    """The people meant, in order, with all their mails: sent by them, to them, or naming their address.

    A full name is a person's own where it stands, in the headers of all mails, with the person's addresses only.
    """
    people = find_mails(subjects, store, keys)
    _add_names(people, settings, store, keys)
    names = [term for number, person in enumerate(people) for term in person.name_terms(number)]
    _add_tokens(people, tokens_naming(names, store, keys))
    return Found(people, _mentions(people, names, store, keys))


def find_mails(subjects: Sequence[Subject], store: Store, keys: Keys) -> list[Person]:
    """The people meant, in order, with their mails, found by bytes and by tokens."""
    people = known_people(subjects, store, keys)
    terms = [term for number, person in enumerate(people) for term in person.terms(number)]
    _add_tokens(people, tokens_naming(terms, store, keys))
    _add_mails(people, mails_naming(terms, store, keys))
    _add_mails(people, _mails_with_tokens(people, store))
    return people


def known_people(subjects: Sequence[Subject], store: Store, keys: Keys) -> list[Person]:
    """The people as far as the identifiers and vault/pseudonyms tell; without their mails."""
    people = [Person(subject) for subject in subjects]
    by_token = {p.subject.identifier: p for p in people if p.subject.kind == "pseudonym"}
    for person in people:
        if person.subject.kind == "address":
            _add_address(person, person.subject.identifier, keys)
        elif person.subject.kind == "mail_key":
            person.mail_keys.add(person.subject.identifier)
        else:
            person.tokens.add(person.subject.identifier)
    known = store.read(PSEUDONYMS).join(
        f.broadcast(keys_frame(by_token, store, "token")), "token", "left_semi"
    )
    for row in known.collect() if by_token else []:
        entry = unseal_entry(bytes(row.sealed), row.token, keys)
        _add_value(by_token[row.token], row.entity, {entry.value, entry.spelling}, keys)
    return people


def _add_address(person: Person, address: str, keys: Keys) -> None:
    normalized = normalize("EMAIL_ADDRESS", address)
    person.addresses |= {address, normalized}
    person.tokens.add(pseudonym("EMAIL_ADDRESS", normalized, keys))


def _add_value(person: Person, entity: str, spelled: Iterable[str], keys: Keys) -> None:
    for value in spelled:
        if entity == "EMAIL_ADDRESS" and "@" in value:
            _add_address(person, value, keys)
        elif entity == "PERSON" and (name := full_name(value)):
            person.names.add(name)
        elif entity != "PERSON" and is_telling(entity, value):
            person.values.add(value)


def _add_tokens(people: Sequence[Person], found: dict[str, set[int]]) -> None:
    for token, owners in found.items():
        for owner in owners:
            people[owner].tokens.add(token)


def _add_mails(people: Sequence[Person], found: dict[str, set[int]]) -> None:
    for mail_key, owners in found.items():
        for owner in owners:
            people[owner].mail_keys.add(mail_key)


def _mails_with_tokens(people: Sequence[Person], store: Store) -> dict[str, set[int]]:
    """MIME decoding shows more than bytes: the mails in whose rows a token of a person stands."""
    owners: dict[str, set[int]] = {}
    for number, person in enumerate(people):
        for token in person.tokens:
            owners.setdefault(token, set()).add(number)
    wanted = f.broadcast(keys_frame(owners, store, "token"))
    found: dict[str, set[int]] = {}
    for row in tokens_in_rows(store).join(wanted, "token").collect():
        found.setdefault(row.mail_key, set()).update(owners[row.token])
    return found


def _add_names(people: Sequence[Person], settings: Settings, store: Store, keys: Keys) -> None:
    addresses = {address: number for number, person in enumerate(people) for address in person.addresses}
    mails = {key for person in people if person.addresses for key in person.mail_keys}
    if not mails:
        return
    named = names_beside(addresses, mails, settings.limits, store, keys)
    by_token = {pseudonym("PERSON", name, keys): name for _, name in named}
    own = {pseudonym("EMAIL_ADDRESS", address, keys) for address in addresses}
    shared = {by_token[token] for token in names_of_others(by_token, own, store)}
    for owner, name in named:
        if name not in shared:
            people[owner].names.add(name)
            people[owner].tokens.add(pseudonym("PERSON", name, keys))


def _mentions(
    people: Sequence[Person], names: Sequence[Term], store: Store, keys: Keys
) -> dict[str, set[int]]:
    """Mails of others that give a person's own name, in their bytes, by a token, or where they lay in an archive."""
    removed = {key for person in people for key in person.mail_keys}
    every = [term for number, person in enumerate(people) for term in person.terms(number)]
    found = mails_naming(names, store, keys)
    for more in (_mails_with_tokens(people, store), members_naming(every, store, keys)):
        for key, owners in more.items():
            found.setdefault(key, set()).update(owners)
    return {key: owners for key, owners in found.items() if key not in removed}

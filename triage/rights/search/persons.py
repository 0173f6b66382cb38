"""Persons and the terms that identify them: the one list of what is searched for and replaced.

An *owner* is a person's place in the list of persons of one command; terms, counts and findings refer to it, so
that no identifier has to be carried along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.tokens import REVIEWER, TOKEN, token_of
from triage.rights.search.full_names import spellings
from triage.rights.search.scanner import Term
from triage.rights.search.subjects import Subject

Owners = dict[str, set[int]]
"""By a token or a mail key: the owners whom it belongs to."""


@dataclass(slots=True)
class Person:
    """What is known of a subject: values that name the person, tokens that stand for them, and mails."""

    subject: Subject
    addresses: set[str] = field(default_factory=set, repr=False)
    names: set[str] = field(default_factory=set, repr=False)
    values: set[str] = field(default_factory=set, repr=False)
    tokens: set[str] = field(default_factory=set)
    mail_keys: set[str] = field(default_factory=set)

    @property
    def is_reviewer(self) -> bool:
        """Whether the subject was given as the pseudonym of a person who corrects."""
        return is_of_reviewer(self.subject.identifier)

    @property
    def has_clear_values(self) -> bool:
        """Whether any value is known that names the person in clear text."""
        return bool(self.addresses or self.names or self.values)


def is_of_reviewer(token: str) -> bool:
    """Whether a text is the pseudonym of a person who corrects."""
    match = TOKEN.fullmatch(token)
    return match is not None and match["entity"] == REVIEWER


def clear_terms(persons: Sequence[Person]) -> list[Term]:
    """What clear text may hold of the persons: addresses, other distinctive values, and full names."""
    return [term for owner, person in enumerate(persons) for term in _clear_terms(person, owner)]


def _clear_terms(person: Person, owner: int) -> Iterator[Term]:
    yield from (Term(address, owner, "address") for address in person.addresses)
    yield from (Term(value, owner, "value") for value in person.values)
    yield from _name_terms(person, owner)


def owning_terms(persons: Sequence[Person]) -> list[Term]:
    """Those of `clear_terms` that make a mail the person's own; a reviewer's name in a mail only mentions the reviewer.

    Customers write `Dear Ann Berg`: with her erasure, or in what she is shown of herself, their mails are not hers.
    """
    return [term for term in clear_terms(persons) if term.kind != "name" or not persons[term.owner].is_reviewer]


def name_terms(persons: Sequence[Person]) -> list[Term]:
    """The spellings of the persons' full names."""
    return [term for owner, person in enumerate(persons) for term in _name_terms(person, owner)]


def _name_terms(person: Person, owner: int) -> Iterator[Term]:
    yield from (Term(spelling, owner, "name") for name in person.names for spelling in spellings(name))


def all_terms(persons: Sequence[Person]) -> list[Term]:
    """All that may be left of the persons anywhere: `clear_terms`, and their tokens and mail keys."""
    exact = [
        Term(text, owner, "exact")
        for owner, person in enumerate(persons)
        for text in sorted(person.tokens | person.mail_keys)
    ]
    return clear_terms(persons) + exact


def full_names(persons: Sequence[Person]) -> list[str]:
    """The persons' full names, sorted, each once."""
    return sorted({name for person in persons for name in person.names})


def reviewer_tokens(persons: Sequence[Person], keys: Keys) -> set[str]:
    """The persons' tokens as people who correct, also where only the review page's journal has them yet."""
    spelled = {normalize(REVIEWER, value) for person in persons for value in person.addresses | person.names}
    known = {token for person in persons for token in person.tokens if is_of_reviewer(token)}
    return known | {token_of(REVIEWER, value, keys) for value in spelled}


def token_pattern(persons: Sequence[Person]) -> re.Pattern[str]:
    """Matches each token of the persons, and nothing where they have none."""
    tokens = sorted({token for person in persons for token in person.tokens})
    return re.compile("|".join(map(re.escape, tokens)) or r"(?!)")


def token_owners(persons: Sequence[Person]) -> Owners:
    """Each token of the persons, with its owners."""
    return _by_member(person.tokens for person in persons)


def mail_owners(persons: Sequence[Person]) -> Owners:
    """The key of each mail of the persons, with its owners."""
    return _by_member(person.mail_keys for person in persons)


def _by_member(sets: Iterable[Iterable[str]]) -> Owners:
    owners: Owners = {}
    for owner, members in enumerate(sets):
        for member in members:
            owners.setdefault(member, set()).add(owner)
    return owners


def merge_owners(into: Owners, more: Mapping[str, set[int]]) -> None:
    """Adds owners to those that are known."""
    for key, owners in more.items():
        into.setdefault(key, set()).update(owners)

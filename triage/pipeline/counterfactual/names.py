"""Other names for the people of a mail: in its headers, at the marked places of its text, and in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Literal

import yaml
from pydantic import BaseModel

from triage.mail.parsing.parsed import ParsedMail
from triage.pipeline.counterfactual.text_edits import Place, edited, plain_letters, replaced_words
from triage.samples.model import SampleMail
from triage.samples.people.people import pool

Sex = Literal["female", "male"]

_PARTICLES = frozenset(
    ("al", "de", "del", "den", "der", "di", "el", "la", "las", "le", "los", "ter", "van", "von", "zu")
)
DATA = files("triage.pipeline.counterfactual") / "data"
_TITLE = re.compile(r"\b\w{1,5}\.")


class Culture(BaseModel):
    """Names of a culture, by the part of a name that they are."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    last: tuple[str, ...]


class Names(BaseModel):
    """The content of data/names.yaml."""

    usual: Mapping[str, str]
    """Language → the culture that its names come from."""

    others: tuple[str, ...]
    """Cultures of none of the sample's languages."""

    cultures: Mapping[str, Culture]


@dataclass(frozen=True, slots=True)
class NameWords:
    """The words of the names of a mail, in small letters: first names, and all others."""

    first: tuple[str, ...]
    last: tuple[str, ...]

    def of_culture(self, culture: Culture, random: Random) -> dict[str, str]:
        """A name of the culture for each word."""
        firsts = _drawn(self.first, (*culture.female, *culture.male), random)
        return firsts | _drawn(self.last, culture.last, random)

    def of_sex(self, sex: Sex, culture: Culture, random: Random) -> dict[str, str]:
        """Other first names only, all of one sex."""
        return _drawn(self.first, culture.female if sex == "female" else culture.male, random)


@lru_cache
def known_names() -> Names:
    """The names that stand in for those of mails."""
    return Names.model_validate(yaml.safe_load((DATA / "names.yaml").read_text("utf-8")))


def name_words(names: Iterable[str]) -> NameWords:
    """The first word of a full name is a first name; a single word is what it is in a full name."""
    first: dict[str, None] = {}
    last: dict[str, None] = {}
    for name in sorted(set(names), key=lambda name: (-len(name.split()), name)):
        for place, word in enumerate(_words(name)):
            if word not in first and word not in last:
                (last if place else first)[word] = None
    return NameWords(tuple(first), tuple(last))


def renamed(mail: ParsedMail, sample: SampleMail, names: Mapping[str, str]) -> ParsedMail:
    """The mail with other names. Its text must be the sample's, whose marks say where names and addresses are."""
    by_address = {plain_letters(old): plain_letters(new) for old, new in names.items()}
    return replace(
        mail,
        subject=edited(mail.subject, _edits(mail.subject, "subject", sample, names, by_address)),
        body=edited(mail.body, _edits(mail.body, "body", sample, names, by_address)),
        sender=mail.sender
        and replace(
            mail.sender,
            name=replaced_words(mail.sender.name, names),
            address=_address(mail.sender.address, by_address),
        ),
        recipients=tuple(
            replace(one, name=replaced_words(one.name, names), address=_address(one.address, by_address))
            for one in mail.recipients
        ),
    )


def names_of(mail: ParsedMail, sample: SampleMail) -> set[str]:
    """The names of people in headers and at the marked places; the names of offices and programs are none."""
    texts = {"subject": mail.subject, "body": mail.body}
    marked = {texts[span.field][span.start : span.end] for span in sample.spans if span.entity == "PERSON"}
    headed = {one.name for one in (mail.sender, *mail.recipients) if one is not None}
    return marked | (headed & _everybody())


@lru_cache
def _everybody() -> frozenset[str]:
    return frozenset(person.name for person in pool().everybody)


def _edits(
    text: str, field: str, sample: SampleMail, names: Mapping[str, str], by_address: Mapping[str, str]
) -> list[tuple[Place, str]]:
    edits = []
    for span in sample.spans:
        if span.field != field:
            continue
        old = text[span.start : span.end]
        if span.entity == "PERSON":
            edits.append(((span.start, span.end), replaced_words(old, names)))
        elif span.entity == "EMAIL_ADDRESS":
            edits.append(((span.start, span.end), _address(old, by_address)))
    return edits


def _address(address: str, by_address: Mapping[str, str]) -> str:
    """An address with other names before its at sign, where they stand there in full."""
    local, at, domain = address.partition("@")
    return replaced_words(local, by_address) + at + domain if at else address


def _words(name: str) -> list[str]:
    """The words of a name that say who it is, in small letters, first name first."""
    bare = _TITLE.sub(" ", name)
    last, comma, first = bare.partition(",")
    ordered = f"{first} {last}" if comma else bare
    words = [word.strip("\"'()<>") for word in ordered.split()]
    return [word.casefold() for word in words if len(word) > 1 and word.casefold() not in _PARTICLES]


def _drawn(words: Iterable[str], names: tuple[str, ...], random: Random) -> dict[str, str]:
    """A name for each word, none twice while there are enough."""
    order = random.sample(names, len(names))
    return {word: order[place % len(order)] for place, word in enumerate(words)}

"""Mails that differ from a generated one in names, gender or dialect only, before anonymization."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Literal

import yaml

from triage.config import LimitSettings
from triage.mail.language import language
from triage.mail.language_signs import prior_of
from triage.mail.parsing.message import parse
from triage.mail.parsing.parsed import ParsedMail
from triage.pipeline.counterfactual.names import DATA, NameWords, Sex, known_names, name_words, names_of, renamed
from triage.pipeline.counterfactual.text_edits import replacer
from triage.samples.model import SampleMail

Swap = Literal[
    "names of the culture",
    "names of another culture",
    "women",
    "men",
    "dialect",
]

PERSONAL: tuple[Swap, ...] = ("names of the culture", "names of another culture", "women", "men")
"""Swaps that must change no decision."""

SWAPS: tuple[Swap, ...] = (*PERSONAL, "dialect")
_DIALECTS = ("american", "british", "austrian", "swiss")


@dataclass(frozen=True, slots=True)
class Variant:
    """A mail after a swap."""

    swap: Swap
    mail: ParsedMail


@dataclass(frozen=True, slots=True)
class Case:
    """A generated mail as parsed, and its variants."""

    mail: ParsedMail
    variants: tuple[Variant, ...]


def case_of(sample: SampleMail, limits: LimitSettings, random: Random) -> Case | None:
    """The mail with its variants; None where parsing does not give the text that the generator has marked.

    A swap that changes nothing, since the mail has no such words, has no variant.
    """
    mail = parse(sample.raw, limits)
    if mail.faults or (mail.subject, mail.body) != (sample.subject, sample.body):
        return None
    found = [Variant(swap, other) for swap, other in _swapped(mail, sample, random) if other != mail]
    return Case(mail, tuple(replace(one, mail=_in_its_language(one.mail, mail)) for one in found))


def _swapped(mail: ParsedMail, sample: SampleMail, random: Random) -> Iterator[tuple[Swap, ParsedMail]]:
    data, words = known_names(), name_words(names_of(mail, sample))
    usual = data.cultures[data.usual.get(sample.language, "english")]
    other = data.cultures[random.choice(data.others)]
    yield "names of the culture", renamed(mail, sample, words.of_culture(usual, random))
    yield "names of another culture", renamed(mail, sample, words.of_culture(other, random))
    yield "women", _of_sex(mail, sample, words, "female", random)
    yield "men", _of_sex(mail, sample, words, "male", random)
    for dialect in _DIALECTS:
        yield "dialect", _with_words(mail, dialect, sample.language)


def _of_sex(mail: ParsedMail, sample: SampleMail, words: NameWords, sex: Sex, random: Random) -> ParsedMail:
    """First names, titles, pronouns and names of professions of one sex."""
    data = known_names()
    culture = data.cultures[data.usual.get(sample.language, "english")]
    other = renamed(mail, sample, words.of_sex(sex, culture, random))
    return _with_words(other, "women" if sex == "female" else "men", sample.language)


def _with_words(mail: ParsedMail, kind: str, tongue: str) -> ParsedMail:
    change = replacers(kind).get(tongue)
    return mail if change is None else replace(mail, subject=change(mail.subject), body=change(mail.body))


@lru_cache
def replacers(kind: str) -> Mapping[str, Callable[[str], str]]:
    """Language → what replaces the words of a kind of data/words.yaml."""
    content: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load((DATA / "words.yaml").read_text("utf-8"))
    return {tongue: replacer(words) for tongue, words in content[kind].items()}


def _in_its_language(mail: ParsedMail, before: ParsedMail) -> ParsedMail:
    """The mail with the language of its own text, which names may change in a short one.

    The header of the original may say more of its language than is left in a parsed mail, so its language stays where
    both texts have one.
    """
    was, now = _language(before), _language(mail)
    return mail if was[0] == now[0] else replace(mail, language=now[0], language_score=now[1])


def _language(mail: ParsedMail) -> tuple[str, float]:
    receivers = (one.address for one in mail.recipients if one.role == "to")
    prior = prior_of("", mail.sender.address if mail.sender else "", receivers)
    return language(mail.subject, mail.body, prior)

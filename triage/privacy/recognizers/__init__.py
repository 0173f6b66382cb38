"""The recognizers of texts, one line each; the policy's entities choose among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import regex
from presidio_analyzer import EntityRecognizer

from triage.privacy.policy import Policy
from triage.privacy.recognizers.cues import CuedPerson
from triage.privacy.recognizers.email import Email, HiddenEmail
from triage.privacy.recognizers.internet import Ip, PersonalUrl
from triage.privacy.recognizers.numbers import AnnouncedSsn, Card, Iban, SpelledCard, Ssn
from triage.privacy.recognizers.persons import ListedPerson
from triage.privacy.recognizers.phone import Phone
from triage.privacy.recognizers.place import Place
from triage.privacy.recognizers.street import StreetAddress


@dataclass(frozen=True, slots=True)
class Entry:
    """A recognizer: the entity it finds, how to build it for a policy and language, and what its finds need.

    `needs` is a cheap pattern without which the text holds no such entity, so that the recognizer need not run.
    """

    entity: str
    build: Callable[[Policy, str], EntityRecognizer]
    needs: regex.Pattern[str]


def _entry(entity: str, build: Callable[[Policy, str], EntityRecognizer], needs: str) -> Entry:
    return Entry(entity, build, regex.compile(needs))


RECOGNIZERS: tuple[Entry, ...] = (
    _entry("EMAIL_ADDRESS", lambda policy, language: Email(supported_language=language), "@"),
    _entry("EMAIL_ADDRESS", lambda policy, language: HiddenEmail(language), r"@|\b(?:at|AT|ät)\b"),
    _entry(
        "PHONE_NUMBER", lambda policy, language: Phone(policy.phone_regions, language), r"\d(?:\D{0,4}\d){5}"
    ),
    _entry("CREDIT_CARD", lambda policy, language: Card(supported_language=language), r"\d(?:[ -]?\d){11}"),
    _entry("CREDIT_CARD", lambda policy, language: SpelledCard(language), r"\d(?:\D{0,2}\d){11}"),
    _entry("IBAN_CODE", lambda policy, language: Iban(language), r"[A-Za-z]{2}\d{2}"),
    _entry(
        "US_SSN", lambda policy, language: Ssn(supported_language=language), r"\d{3}[- .]?\d{2}[- .]?\d{4}"
    ),
    _entry("US_SSN", lambda policy, language: AnnouncedSsn(language), r"\d{3}[- .]?\d{2}[- .]?\d{4}"),
    _entry(
        "IP_ADDRESS",
        lambda policy, language: Ip(supported_language=language),
        r"\d\.\d|[\da-fA-F]:[\da-fA-F:]",
    ),
    _entry("URL", lambda policy, language: PersonalUrl(language), r"://|(?i:www\.)"),
    _entry("STREET_ADDRESS", lambda policy, language: StreetAddress(language), r"\d"),
    _entry("LOCATION", lambda policy, language: Place(language), r"\p{L}{3}"),
    _entry("PERSON", lambda policy, language: CuedPerson(language), r"\p{L}{2}"),
    _entry("PERSON", lambda policy, language: ListedPerson(language), r"\p{L}{2}"),
)


def build_recognizers(policy: Policy, language: str) -> list[tuple[regex.Pattern[str], EntityRecognizer]]:
    """The recognizers that a policy needs for texts of a language, each with what its finds need."""
    return [(e.needs, e.build(policy, language)) for e in RECOGNIZERS if e.entity in policy.entities]

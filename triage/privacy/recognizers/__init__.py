"""The recognizers of texts, one line each; the policy's entities choose among them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from presidio_analyzer import EntityRecognizer

from triage.privacy.patterns.pattern import Pattern, end_of_declarations
from triage.privacy.policy import Policy
from triage.privacy.recognizers.accounts import AccountNumber
from triage.privacy.recognizers.age import Age
from triage.privacy.recognizers.cues import CuedPerson
from triage.privacy.recognizers.dates import Date
from triage.privacy.recognizers.documents import DriverLicense, LicensePlate, Passport
from triage.privacy.recognizers.email import Email, HiddenEmail
from triage.privacy.recognizers.internet import Ip, IpWithPort, MacAddress, Url
from triage.privacy.recognizers.national_id import NationalId
from triage.privacy.recognizers.nationality import Nationality
from triage.privacy.recognizers.numbers import AnnouncedSsn, Card, Iban, SpelledCard, Ssn
from triage.privacy.recognizers.own_terms import OwnTerm
from triage.privacy.recognizers.persons import ListedPerson
from triage.privacy.recognizers.phone import Phone
from triage.privacy.recognizers.place import Place
from triage.privacy.recognizers.secret import Secret
from triage.privacy.recognizers.street import StreetAddress

_NO_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A recognizer: the entity it finds, how to build it for a policy and language, and what its finds need.

    A text that cannot match `needs`, or with fewer `digits`, holds no such entity, so that the recognizer need not run.
    """

    entity: str
    build: Callable[[Policy, str], EntityRecognizer]
    needs: Pattern
    digits: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A recognizer that a policy asks for."""

    recognizer: EntityRecognizer
    needs: Pattern
    digits: int

    def may_find(self, text: str, digits: int) -> bool:
        """Whether a text with so many digits can hold the entity."""
        return digits >= self.digits and self.needs.may_match(text)


def _entry(
    entity: str, build: Callable[[Policy, str], EntityRecognizer], needs: str, digits: int = 0
) -> Entry:
    return Entry(entity, build, Pattern(needs), digits)


RECOGNIZERS: tuple[Entry, ...] = (
    _entry("EMAIL_ADDRESS", lambda policy, language: Email(supported_language=language), "@"),
    _entry("EMAIL_ADDRESS", lambda policy, language: HiddenEmail(language), r"@|\b(?:at|AT|ät)\b"),
    _entry(
        "PHONE_NUMBER",
        lambda policy, language: Phone(policy.phone_regions, language),
        r"\d(?:\D{0,4}\d){3}",
        4,
    ),
    _entry(
        "CREDIT_CARD", lambda policy, language: Card(supported_language=language), r"\d(?:[ -]?\d){11}", 12
    ),
    _entry("CREDIT_CARD", lambda policy, language: SpelledCard(language), r"\d(?:\D{0,2}\d){11}", 12),
    _entry("IBAN_CODE", lambda policy, language: Iban(language), r"[A-Za-z]{2}\d{2}", 2),
    _entry(
        "US_SSN", lambda policy, language: Ssn(supported_language=language), r"\d{3}[- .]?\d{2}[- .]?\d{4}", 9
    ),
    _entry("US_SSN", lambda policy, language: AnnouncedSsn(language), r"\d{3}[- .]?\d{2}[- .]?\d{4}", 9),
    _entry(
        "IP_ADDRESS",
        lambda policy, language: Ip(supported_language=language),
        r"\d\.\d|[\da-fA-F]:[\da-fA-F:]",
    ),
    _entry(
        "IP_ADDRESS", lambda policy, language: IpWithPort(language), r"\d\.\d+[:/]|[\da-fA-F]:[\da-fA-F:]"
    ),
    _entry("MAC_ADDRESS", lambda policy, language: MacAddress(language), r"[\da-fA-F]{2}[:\-.][\da-fA-F]{2}"),
    _entry("URL", lambda policy, language: Url(policy.urls, language), r"://|\.[a-zA-Z]{2}"),
    _entry("NATIONAL_ID", lambda policy, language: NationalId(language), r"\d", 1),
    _entry("PASSPORT", lambda policy, language: Passport(language), r"(?i:pass|pasap)"),
    _entry("DRIVER_LICENSE", lambda policy, language: DriverLicense(language), r"\d", 1),
    _entry("LICENSE_PLATE", lambda policy, language: LicensePlate(language), r"\d", 1),
    _entry("ACCOUNT_NUMBER", lambda policy, language: AccountNumber(policy.account_numbers, language), r"\w"),
    _entry("SECRET", lambda policy, language: Secret(language), r"\w"),
    _entry("OWN_TERM", lambda policy, language: OwnTerm(policy.deny, language), r"\w"),
    _entry("AGE", lambda policy, language: Age(language), r"\w"),
    _entry("NRP", lambda policy, language: Nationality(language), r"\p{L}{3}"),
    _entry("DATE", lambda policy, language: Date(language), r"\d", 1),
    _entry("STREET_ADDRESS", lambda policy, language: StreetAddress(language), r"\d|\p{L}{3}"),
    _entry("LOCATION", lambda policy, language: Place(language), r"\p{L}"),
    _entry("PERSON", lambda policy, language: CuedPerson(language), r"\p{L}{2}"),
    _entry("PERSON", lambda policy, language: ListedPerson(language), r"\p{L}{2}"),
)
end_of_declarations()


def digit_count(text: str) -> int:
    """How many digits stand in the text, for `Chosen.may_find`."""
    return len(_NO_DIGITS.sub("", text))


def build_recognizers(policy: Policy, language: str) -> list[Chosen]:
    """The recognizers that a policy needs for texts of a language, each with what its finds need."""
    return [
        Chosen(e.build(policy, language), e.needs, e.digits)
        for e in RECOGNIZERS
        if e.entity in policy.entities
    ]

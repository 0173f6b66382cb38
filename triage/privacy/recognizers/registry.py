"""The recognizers of texts, one line each; the policy's entities choose among them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from presidio_analyzer import EntityRecognizer

from triage.privacy.patterns.pattern import Pattern, PatternSet
from triage.privacy.policy import Policy
from triage.privacy.recognizers.account_number import AccountNumber
from triage.privacy.recognizers.acting_person import ActingPerson
from triage.privacy.recognizers.age import Age
from triage.privacy.recognizers.birth_date import BirthDate
from triage.privacy.recognizers.caseless_person import CaselessPerson
from triage.privacy.recognizers.common.base import PresidioRecognizer, Recognizer, Wrap
from triage.privacy.recognizers.credit_card import Card, GroupedCard
from triage.privacy.recognizers.crypto_wallet import CryptoWallet
from triage.privacy.recognizers.cued_person import CuedPerson
from triage.privacy.recognizers.customer_number import CustomerNumber
from triage.privacy.recognizers.date import Date
from triage.privacy.recognizers.driver_license import DriverLicense
from triage.privacy.recognizers.email import Email, ObfuscatedEmail
from triage.privacy.recognizers.european_address import EuropeanAddress
from triage.privacy.recognizers.european_id import EuropeanId
from triage.privacy.recognizers.host_name import HostName
from triage.privacy.recognizers.iban import Iban
from triage.privacy.recognizers.ip_address import Ip, IpWithPort
from triage.privacy.recognizers.license_plate import LicensePlate
from triage.privacy.recognizers.listed_person import ListedPerson
from triage.privacy.recognizers.mac_address import MacAddress
from triage.privacy.recognizers.mentioned_person import MentionedPerson
from triage.privacy.recognizers.national_id import NationalId
from triage.privacy.recognizers.nationality import Nationality
from triage.privacy.recognizers.own_term import OwnTerm
from triage.privacy.recognizers.parcel_number import ParcelNumber
from triage.privacy.recognizers.partial_number import (
    PartialCard,
    PartialIban,
    PartialId,
    PartialLicense,
    PartialPassport,
    PartialSsn,
)
from triage.privacy.recognizers.passport import Passport
from triage.privacy.recognizers.phone import Phone
from triage.privacy.recognizers.place import Place
from triage.privacy.recognizers.secret import Secret
from triage.privacy.recognizers.street_address import StreetAddress
from triage.privacy.recognizers.url import Url
from triage.privacy.recognizers.us_ssn import AnnouncedSsn, Ssn
from triage.privacy.recognizers.user_name import UserName

_NO_DIGITS = re.compile(r"\D+")

RECOGNIZERS: tuple[type[Recognizer | PresidioRecognizer], ...] = (
    Email,
    ObfuscatedEmail,
    Phone,
    Card,
    GroupedCard,
    Iban,
    Ssn,
    AnnouncedSsn,
    Ip,
    IpWithPort,
    MacAddress,
    Url,
    NationalId,
    EuropeanId,
    PartialIban,
    PartialSsn,
    PartialCard,
    PartialId,
    PartialPassport,
    PartialLicense,
    Passport,
    DriverLicense,
    LicensePlate,
    AccountNumber,
    CustomerNumber,
    ParcelNumber,
    CryptoWallet,
    HostName,
    UserName,
    Secret,
    OwnTerm,
    Age,
    Nationality,
    BirthDate,
    Date,
    StreetAddress,
    EuropeanAddress,
    Place,
    CuedPerson,
    CaselessPerson,
    MentionedPerson,
    ListedPerson,
    ActingPerson,
)

PATTERNS = PatternSet(
    [pattern for recognizer in RECOGNIZERS for pattern in (recognizer.needs, *recognizer.prefiltered)]
)
"""The patterns that one pass over every text decides on: the same ones in every process, so that it is compiled once."""

PATTERN_SETS = (PATTERNS, *(own for recognizer in RECOGNIZERS for own in recognizer.own_sets))
"""PATTERNS and the sets of single recognizers. Hyperscan takes far longer to compile all of them as one."""


@dataclass(frozen=True, slots=True)
class SelectedRecognizer:
    """A recognizer that a policy asks for."""

    recognizer: EntityRecognizer
    needs: Pattern
    min_digits: int
    wraps: frozenset[Wrap]


def digit_count(text: str) -> int:
    """How many digits stand in the text, as `min_digits` counts them."""
    return len(_NO_DIGITS.sub("", text))


def able_to_find(recognizers: Iterable[SelectedRecognizer], text: str) -> list[SelectedRecognizer]:
    """Those whose entity the text can hold. A pattern of another set or of none is asked itself, never left out."""
    possible = PATTERNS.possible(text)
    digits = digit_count(text)
    return [
        each
        for each in recognizers
        if digits >= each.min_digits
        and (each.needs in possible or (each.needs.set is not PATTERNS and each.needs.may_match(text)))
    ]


def build_recognizers(policy: Policy, language: str) -> list[SelectedRecognizer]:
    """The recognizers that a policy needs for texts of a language, in the order of RECOGNIZERS."""
    return [
        SelectedRecognizer(
            recognizer.build(policy, language), recognizer.needs, recognizer.min_digits, recognizer.wraps
        )
        for recognizer in RECOGNIZERS
        if recognizer.entity in policy.entities
    ]

"""Mail in languages that are asked for: marked names and numbers of the country, letters, and the sample untouched."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import phonenumbers
import pytest
from stdnum import iban
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.se import personnummer

from triage.errors import ConfigError
from triage.samples import SampleMail, generate
from triage.samples.command import languages_of, write_sample
from triage.samples.model import ENTITIES, FURTHER_ENTITIES, FURTHER_LANGUAGES, LANGUAGES
from triage.samples.people.polish import Case, inflected

ALL = (*LANGUAGES, *FURTHER_LANGUAGES)
REGIONS = {"it": "IT", "nl": "NL", "pt": "PT", "pl": "PL", "da": "DK", "sv": "SE"}
NUMBERS = {
    "it": codicefiscale, "nl": bsn, "pt": nif, "pl": pesel, "da": cpr, "sv": personnummer, "de": idnr, "fr": nir,
    "es": dni,
}  # fmt: skip
INVOICE_WORDS = {
    "en": "Payment terms", "de": "Zwischensumme", "fr": "Sous-total", "es": "Base imponible", "it": "Imponibile",
    "nl": "Factuurdatum", "pt": "Data de vencimento", "pl": "Do zapłaty", "da": "Forfaldsdato", "sv": "Förfallodatum",
}  # fmt: skip


@lru_cache
def mails(language: str) -> tuple[SampleMail, ...]:
    return tuple(mail for mail in generate(640, seed=31, languages=(language,)) if mail.hostile is None)


def values(language: str, entity: str) -> list[str]:
    return [
        (mail.body if span.field == "body" else mail.subject)[span.start : span.end]
        for mail in mails(language)
        for span in mail.spans
        if span.entity == entity
    ]


@pytest.mark.parametrize("language", ALL)
def test_all_mail_is_in_the_language_and_marks_each_kind(language: str) -> None:
    assert {mail.language for mail in mails(language)} == {language}
    found = {span.entity for mail in mails(language) for span in mail.spans}
    expected = {*ENTITIES, *FURTHER_ENTITIES} - {"US_SSN"} - ({"NATIONAL_ID"} if language == "en" else set())
    assert expected <= found


@pytest.mark.parametrize("language", ALL)
def test_no_slot_is_left_open(language: str) -> None:
    assert [m.body for m in mails(language) if re.search(r"\[[a-z_]+\]|[{}|]{2}|\{", m.body)] == []


@pytest.mark.parametrize("language", ALL)
def test_invoices_with_their_form_words_are_among_the_mail(language: str) -> None:
    assert any(INVOICE_WORDS[language] in mail.body for mail in mails(language))


@pytest.mark.parametrize("language", REGIONS)
def test_phones_are_valid_in_the_country(language: str) -> None:
    numbers = set(values(language, "PHONE_NUMBER"))
    assert numbers
    parsed = [phonenumbers.parse(number, REGIONS[language]) for number in numbers]
    assert all(map(phonenumbers.is_valid_number, parsed))


@pytest.mark.parametrize("language", REGIONS)
def test_accounts_are_valid_and_of_the_country(language: str) -> None:
    accounts = set(values(language, "IBAN_CODE"))
    assert {account[:2] for account in map(str.upper, accounts)} == {REGIONS[language]}
    assert all(map(iban.is_valid, accounts))


@pytest.mark.parametrize("language", NUMBERS)
def test_national_numbers_have_valid_check_digits(language: str) -> None:
    numbers = set(values(language, "NATIONAL_ID"))
    assert len(numbers) > 5
    assert [number for number in numbers if not NUMBERS[language].is_valid(number)] == []


@pytest.mark.parametrize("language", ALL)
def test_people_are_named_in_running_text(language: str) -> None:
    """Some marks of persons stand between words of a line, not at its start and not behind a colon."""
    inside = sum(
        bool(re.search(r"[^\W\d] $", mail.body[max(0, span.start - 2) : span.start]))
        for mail in mails(language)
        for span in mail.spans
        if span.entity == "PERSON" and span.field == "body"
    )
    assert inside > len(mails(language)) / 2


@pytest.mark.parametrize(
    ("name", "is_female", "is_surname", "case", "expected"),
    [
        ("Anna", True, False, "gen", "Anny"),
        ("Kinga", True, False, "dat", "Kindze"),
        ("Marta", True, False, "dat", "Marcie"),
        ("Zofia", True, False, "gen", "Zofii"),
        ("Alicja", True, False, "ins", "Alicją"),
        ("Monika", True, False, "voc", "Moniko"),
        ("Marek", False, False, "ins", "Markiem"),
        ("Paweł", False, False, "gen", "Pawła"),
        ("Jerzy", False, False, "ins", "Jerzym"),
        ("Antoni", False, False, "acc", "Antoniego"),
        ("Tomasz", False, False, "voc", "Tomaszu"),
        ("Kowalski", False, True, "ins", "Kowalskim"),
        ("Kowalska", True, True, "acc", "Kowalską"),
        ("Nowak", False, True, "dat", "Nowakowi"),
        ("Nowak", True, True, "dat", "Nowak"),
        ("Zaremba", False, True, "gen", "Zaremby"),
        ("Stępień", False, True, "gen", "Stępienia"),
    ],
)
def test_polish_names_are_inflected(name: str, *, is_female: bool, is_surname: bool, case: Case, expected: str) -> None:
    assert inflected(name, case, is_female=is_female, is_surname=is_surname) == expected


def test_a_dutch_particle_has_a_capital_where_no_first_name_stands_before() -> None:
    text = "\n".join(mail.body for mail in mails("nl") if mail.body != mail.body.lower())
    assert re.search(r"(?:heer|mevrouw) (?:Van|De) ", text)
    assert not re.search(r"(?:heer|mevrouw) (?:van|de) (?!heer)[A-Z]", text)
    assert not re.search(r"[a-z], (?:van|de)\b", "\n".join(values("nl", "PERSON")))


def test_languages_are_mixed_in_like_shares() -> None:
    counts = [0, 0, 0]
    for mail in generate(1280, seed=8, languages=("it", "pl", "de")):
        counts[("it", "pl", "de").index(mail.language)] += 1
    assert min(counts) > 300


def test_without_languages_the_mail_is_that_of_the_sample() -> None:
    assert {mail.language for mail in generate(640, seed=3)} == set(LANGUAGES)
    assert {span.entity for mail in generate(640, seed=3) for span in mail.spans} <= set(ENTITIES)


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(ValueError, match="xx"):
        next(generate(1, 1, languages=("xx",)))
    with pytest.raises(ConfigError, match="language"):
        languages_of("it,xx")
    assert languages_of("it, pl") == ("it", "pl")


def test_marked_data_is_written_beside_the_mailbox(tmp_path: Path) -> None:
    write_sample(tmp_path, "mbox", 64, 1, pii_gold=tmp_path / "pii.jsonl", languages=("sv",))
    assert '"PERSON"' in (tmp_path / "pii.jsonl").read_text("utf-8")

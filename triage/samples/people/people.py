"""The people of the sample: staff of one company and those who write to it, drawn once with Faker."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from faker import Faker

from triage.samples.model import HEADS
from triage.samples.people import numbers
from triage.samples.text.banks import bank
from triage.samples.text.draft import Draft, Fragment

COMPANY = "Nordholm Instruments"
COMPANY_DOMAIN = "nordholm.example"
POOL_SEED = 20240101

LOCALES: tuple[tuple[str, str, str, int], ...] = (
    ("en_US", "US", "en", 280),
    ("en_GB", "GB", "en", 220),
    ("en_IN", "GB", "en", 80),
    ("en_NG", "GB", "en", 40),
    ("nl_NL", "GB", "en", 70),
    ("sv_SE", "GB", "en", 60),
    ("fi_FI", "GB", "en", 30),
    ("pl_PL", "GB", "en", 50),
    ("vi_VN", "US", "en", 40),
    ("id_ID", "US", "en", 30),
    ("de_DE", "DE", "de", 280),
    ("tr_TR", "DE", "de", 60),
    ("hr_HR", "DE", "de", 40),
    ("cs_CZ", "DE", "de", 40),
    ("fr_FR", "FR", "fr", 200),
    ("ro_RO", "FR", "fr", 40),
    ("es_ES", "ES", "es", 160),
    ("es_MX", "ES", "es", 40),
    ("pt_BR", "ES", "es", 40),
)
"""Locale of the name, country of phone and address, language written, number of people."""

ORGANISATION_WORDS = (
    (
        "Bright Kestrel Harbour Alder Copper Northgate Silver Meadow Falcon Granite Linden Orchard Pioneer Summit Amber"
    ).split(),
    "Foods Labs Trading Works Partners Systems Medical Textiles Energy Metals Optics Paper".split(),
)
STAFF_SHARE = 0.22
_LETTERS = str.maketrans({"ø": "o", "æ": "ae"})
JOBS = {
    "en": ("Account Manager", "Office Manager", "Engineer", "Head of Purchasing", "Assistant", "Controller"),
    "de": ("Sachbearbeiter", "Leitung Einkauf", "Techniker", "Assistenz", "Projektleitung", "Controlling"),
    "fr": ("Responsable achats", "Technicien", "Assistante", "Chef de projet", "Comptable"),
    "es": ("Responsable de compras", "Técnico", "Asistente", "Jefe de proyecto", "Contable"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One who writes mail."""

    first: str
    last: str
    address: str
    phone: str
    street: str
    """Postal address on one line."""
    city: str
    country: str
    language: str
    organisation: str
    signatures: tuple[Fragment, ...]
    is_female: bool | None = None
    """None where the sample does not know, or the name is not inflected."""

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Pool:
    """Everybody, and who may write in which language or sits in which department."""

    everybody: tuple[Person, ...]
    outside: dict[str, tuple[Person, ...]]
    """Language → people of other companies or private ones."""
    staff: dict[str, tuple[Person, ...]]
    """Language → colleagues; departments share them."""
    organisations: tuple[str, ...]


@lru_cache
def pool() -> Pool:
    """The same people for every seed."""
    rng = Random(POOL_SEED)
    people = [
        _person(rng, faker, entry, inside=rng.random() < STAFF_SHARE)
        for entry in LOCALES
        for faker in [faker_of(entry[0])]
        for _ in range(entry[3])
    ]
    outside = [person for person in people if person.organisation != COMPANY]
    inside = [person for person in people if person.organisation == COMPANY]
    return Pool(tuple(people), _by_language(outside), _by_language(inside), organisations())


@lru_cache
def organisations() -> tuple[str, ...]:
    """The names of all companies of the sample."""
    return tuple(f"{first} {second}" for second in ORGANISATION_WORDS[1] for first in ORGANISATION_WORDS[0])


def department_address(category: str) -> str:
    """The mailbox of a department.

    Raises:
        ValueError: no such department.
    """
    if category not in HEADS["category"]:
        raise ValueError(f"{category!r} is no department; the departments are {', '.join(HEADS['category'])}")
    return f"{category.replace('_', '.')}@{COMPANY_DOMAIN}"


def ascii_slug(text: str) -> str:
    """Letters and digits a to z of a name, accents dropped."""
    plain = unicodedata.normalize(
        "NFKD", text.lower().replace("ß", "ss").replace("ł", "l").replace("ı", "i").translate(_LETTERS)
    )
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


def _by_language(people: list[Person]) -> dict[str, tuple[Person, ...]]:
    return {language: tuple(one for one in people if one.language == language) for language in JOBS}


def faker_of(locale: str) -> Any:
    """Faker for a locale, seeded alike each time."""
    faker: Any = Faker(locale)
    faker.seed_instance(POOL_SEED)
    if locale == "it_IT":  # its towns are a list made of a set, in another order in each process
        address = next(each for each in faker.get_providers() if hasattr(each, "cities"))
        address.cities = sorted(address.cities)
    return faker


def _person(rng: Random, faker: Any, entry: tuple[str, str, str, int], *, inside: bool) -> Person:
    _, country, language, _ = entry
    first, last = faker.first_name(), faker.last_name()
    return drawn(rng, (first, last), country, language, lambda: _postal(rng, faker, country), inside=inside)


def drawn(
    rng: Random,
    name: tuple[str, str],
    country: str,
    language: str,
    postal: Callable[[], tuple[str, str]],
    *,
    inside: bool,
    is_female: bool | None = None,
) -> Person:
    """A person of that name with employer, addresses, phone and signatures; `postal` gives street line and city."""
    first, last = name
    organisation = COMPANY if inside else rng.choice(organisations()) if rng.random() < 0.7 else ""
    address = _address(rng, first, last, organisation)
    phone = numbers.phone(rng, country)
    street, city = postal()
    signatures = _signatures(rng, name, address, phone, street, organisation, language)
    return Person(first, last, address, phone, street, city, country, language, organisation, signatures, is_female)


def _address(rng: Random, first: str, last: str, organisation: str) -> str:
    one, two = ascii_slug(first), ascii_slug(last)
    local = rng.choice((f"{one}.{two}", f"{one[:1]}.{two}", f"{one[:1]}{two}", f"{one}_{two}", f"{two}.{one}"))
    if organisation == COMPANY:
        return f"{one}.{two}@{COMPANY_DOMAIN}"
    if organisation:
        return f"{local}@{ascii_slug(organisation)}.{rng.choice(('example', 'example.com', 'example.org'))}"
    return f"{local}{rng.randrange(10, 99)}@{rng.choice(('example.net', 'mail.example.com', 'post.example.org'))}"


def _postal(rng: Random, faker: Any, country: str) -> tuple[str, str]:
    street, city, code = faker.street_name(), faker.city(), faker.postcode()
    number = rng.randrange(1, 190)
    if country in {"DE", "ES"}:
        return f"{street} {number}, {code} {city}", city
    if country == "FR":
        return f"{number} {street}, {code} {city}", city
    return f"{number} {street}, {city} {code}", city


def _signatures(
    rng: Random,
    name: tuple[str, str],
    address: str,
    phone: str,
    street: str,
    organisation: str,
    language: str,
) -> tuple[Fragment, ...]:
    full, words, job = " ".join(name), bank(language).labels, rng.choice(JOBS.get(language) or bank(language).jobs)
    office = f"\n{job}\n{organisation}\n" if organisation else "\n"
    role = f"{job}, {organisation}" if organisation else job
    layouts: tuple[tuple[tuple[str, str], ...], ...] = (
        ((full, "PERSON"),),
        ((name[0], "PERSON"),),
        ((full, "PERSON"), (f"{office}{words['phone']}: ", ""), (phone, "PHONE_NUMBER")),
        (
            *((full, "PERSON"), (f"\n{role}\n", ""), (street, "STREET_ADDRESS"), ("\n", "")),
            *((f"{words['mobile']} ", ""), (phone, "PHONE_NUMBER"), (f" | {words['mail']} ", "")),
            (address, "EMAIL_ADDRESS"),
        ),
        (
            *((name[0], "PERSON"), ("\n\n-- \n", ""), (full, "PERSON"), (f" | {role}\n", "")),
            *((address, "EMAIL_ADDRESS"), (" · ", ""), (phone, "PHONE_NUMBER")),
        ),
    )
    return tuple(_fragment(layout) for layout in layouts)


def _fragment(layout: tuple[tuple[str, str], ...]) -> Fragment:
    draft = Draft()
    for text, entity in layout:
        if entity:
            draft.mark(text, entity)
        else:
            draft.add(text)
    return draft.freeze()

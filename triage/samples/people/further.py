"""The people of the languages that the shipped sample has not: a pool a language, drawn with Faker by a seed."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any

from triage.samples.people.people import COMPANY, POOL_SEED, STAFF_SHARE, Person, Pool, drawn, faker_of, pool
from triage.samples.text.banks import bank

FURTHER: dict[str, tuple[str, str]] = {
    "it": ("it_IT", "IT"),
    "nl": ("nl_NL", "NL"),
    "pt": ("pt_PT", "PT"),
    "pl": ("pl_PL", "PL"),
    "da": ("da_DK", "DK"),
    "sv": ("sv_SE", "SE"),
}
"""Language → locale of the names, country of phones, streets and numbers."""
FOREIGN = ("en_GB", "de_DE", "fr_FR", "tr_TR", "ro_RO", "hr_HR", "vi_VN", "en_IN")
PEOPLE, FOREIGN_SHARE = 300, 0.12


@lru_cache
def pool_of(language: str) -> Pool:
    """The people who write in a language, the same for every seed."""
    if language not in FURTHER:
        return pool()
    rng = Random(f"{POOL_SEED}:{language}")
    locale, country = FURTHER[language]
    fakers = {name: faker_of(name) for name in (locale, *FOREIGN)}
    people = []
    for _ in range(PEOPLE):
        faker = fakers[rng.choice(FOREIGN) if rng.random() < FOREIGN_SHARE else locale]
        people.append(_person(rng, faker, fakers[locale], country, language))
    outside = tuple(person for person in people if person.organisation != COMPANY)
    inside = tuple(person for person in people if person.organisation == COMPANY)
    return Pool(tuple(people), {language: outside}, {language: inside}, pool().organisations)


def _person(rng: Random, faker: Any, home: Any, country: str, language: str) -> Person:
    """Names from `faker`, the address from `home`."""
    is_female = rng.random() < 0.5
    gender = "female" if is_female else "male"
    first = getattr(faker, f"first_name_{gender}")()
    surnames = iter(getattr(faker, f"last_name_{gender}", faker.last_name), None)
    last = next(name for name in surnames if "," not in name)  # Faker has Dutch nobles as lists write them
    is_inflected = is_female if faker is home else None
    inside = rng.random() < STAFF_SHARE
    return drawn(
        rng,
        (first, last),
        country,
        language,
        lambda: _postal(rng, home, language),
        inside=inside,
        is_female=is_inflected,
    )


def _postal(rng: Random, home: Any, language: str) -> tuple[str, str]:
    streets, city = bank(language).streets, home.city()
    street = rng.choice(streets) if streets else home.street_name()
    code = home.postcode()
    if language == "sv":
        code = f"{code[:3]} {code[3:]}"
    if language == "nl":
        code = f"{code[:4]} {code[-2:]}"
    return f"{street} {rng.randrange(1, 190)}, {code} {city}", city

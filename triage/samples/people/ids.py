"""National numbers with valid check digits, made from a seed alone and for birth dates long past.

Dates lie before 1930, so that hardly anybody who lives has such a number.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from stdnum.it import codicefiscale
from stdnum.luhn import calc_check_digit
from stdnum.pl import pesel
from stdnum.pt import nif

_CONSONANTS = "BCDFGLMNPRSTVZ"
_MONTHS_IT = "ABCDEHLMPRST"
_WEIGHTS_ES = "TRWAGMYFPDXBNJZSQVHLCKE"


def national_id(rng: Random, country: str) -> str:
    """A person's number as that country writes it; for a country without a maker here, the Dutch form."""
    return _MAKERS.get(country, _bsn)(rng)


def birthday(rng: Random, first: int = 1901, last: int = 1929) -> date:
    """A day of the years `first` to `last`."""
    days = (date(last, 12, 31) - date(first, 1, 1)).days
    return date(first, 1, 1) + timedelta(days=int(rng.random() * days))


def _codice_fiscale(rng: Random) -> str:
    born = birthday(rng)
    letters = "".join(rng.choice(_CONSONANTS) for _ in range(6))
    day = born.day + 40 * rng.randrange(2)
    stem = f"{letters}{born.year % 100:02d}{_MONTHS_IT[born.month - 1]}{day:02d}{rng.choice('ABCDEFGHIL')}"
    stem += f"{rng.randrange(100, 900)}"
    return stem + codicefiscale.calc_check_digit(stem)


def _bsn(rng: Random) -> str:
    while True:
        digits = [rng.randrange(1, 9), *(rng.randrange(10) for _ in range(7))]
        last = sum((9 - place) * digit for place, digit in enumerate(digits)) % 11
        if last < 10:
            return "".join(map(str, [*digits, last]))


def _nif(rng: Random) -> str:
    stem = f"2{rng.randrange(10**7):07d}"
    number = stem + nif.calc_check_digit(stem)
    return number if rng.random() < 0.5 else f"{number[:3]} {number[3:6]} {number[6:]}"


def _pesel(rng: Random) -> str:
    stem = f"{birthday(rng):%y%m%d}{rng.randrange(10**4):04d}"
    return stem + pesel.calc_check_digit(stem)


def _cpr(rng: Random) -> str:
    """With the check digit that numbers of that time have (modulus 11) and the seventh digit of the century."""
    while True:
        digits = [*map(int, f"{birthday(rng):%d%m%y}"), rng.randrange(4), rng.randrange(10), rng.randrange(10)]
        rest = -sum(w * d for w, d in zip((4, 3, 2, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
        if rest < 10:
            text = "".join(map(str, [*digits, rest]))
            return f"{text[:6]}-{text[6:]}"


def _personnummer(rng: Random) -> str:
    born, serial = birthday(rng), f"{rng.randrange(980, 1000):03d}"
    number = f"{born:%y%m%d}{serial}"
    sign = "-" if rng.random() < 0.5 else ""
    if not sign:
        return f"{born:%Y%m%d}-{serial}{calc_check_digit(number)}"
    return f"{born:%y%m%d}+{serial}{calc_check_digit(number)}"


def _tax_de(rng: Random) -> str:
    """Eleven digits, of which one is there twice among the first ten (ISO 7064 MOD 11,10)."""
    digits = rng.sample(range(1, 10), 9)
    digits.insert(rng.randrange(10), digits[rng.randrange(9)])
    product = 10
    for digit in digits:
        rest = (digit + product) % 10 or 10
        product = rest * 2 % 11
    number = "".join(map(str, digits)) + str((11 - product) % 10)
    return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}" if rng.random() < 0.5 else number


def _nir(rng: Random) -> str:
    born = birthday(rng)
    number = f"{rng.randrange(1, 3)}{born:%y%m}{rng.randrange(1, 90):02d}{rng.randrange(1, 900):03d}"
    number += f"{rng.randrange(1, 900):03d}"
    key = 97 - int(number) % 97
    return f"{number[0]} {number[1:3]} {number[3:5]} {number[5:7]} {number[7:10]} {number[10:]} {key:02d}"


def _dni(rng: Random) -> str:
    number = rng.randrange(10**7, 10**8)
    return f"{number}{_WEIGHTS_ES[number % 23]}"


_MAKERS: dict[str, Callable[[Random], str]] = {
    "IT": _codice_fiscale, "NL": _bsn, "PT": _nif, "PL": _pesel, "DK": _cpr, "SE": _personnummer, "DE": _tax_de,
    "FR": _nir, "ES": _dni,
}  # fmt: skip

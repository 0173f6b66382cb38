"""Numbers of valid form that belong to nobody.

Phones come from the ranges that regulators reserve for fiction (FCC 555-01xx, Ofcom, Bundesnetzagentur,
Arcep, PTS; the other countries reserve none), IBANs from unassigned bank codes, cards from test prefixes, social
security numbers from areas and groups that are never issued, IP addresses from the ranges for documentation.
"""

from __future__ import annotations

from random import Random

from stdnum.it import codicefiscale

US_AREAS = ("202", "212", "303", "312", "415", "512", "617", "702", "808", "916")
GB_STEMS = ("20 7946 0", "113 496 0", "117 496 0", "121 496 0", "161 496 0", "7700 900")
DE_STEMS = ("30 23125 ", "69 90009 ", "40 66969 ", "221 4710 ", "89 99998 ")
FR_STEMS = ("1 99 00", "2 61 91", "3 53 01", "4 65 71", "5 36 49", "6 39 98")
PHONE_FORMS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "IT": ("+39", "", ("06 0000 0###", "02 0000 0###", "011 000 0###", "347 000 0###")),
    "NL": ("+31", "0", ("20 000 0###", "30 200 0###", "10 100 0###", "6 1000 0###")),
    "PT": ("+351", "", ("210 000 ###", "220 000 ###", "910 000 ###")),
    "PL": ("+48", "", ("22 200 0# ##", "12 300 0# ##", "500 000 ###")),
    "DK": ("+45", "", ("32 10 0# ##", "70 10 0# ##", "26 00 0# ##")),
    "SE": ("+46", "0", ("8 465 004 ##", "31 390 06 ##", "40 628 04 ##", "70 174 06 ##")),
}
"""Country code, trunk digit and forms of the further countries; # is any digit."""
IBAN_BANKS = {
    "DE": "99990000", "GB": "ZZZZ999999", "FR": "9999900000", "ES": "99990000", "NL": "ZZZZ", "IT": "9999999999",
    "PT": "99990000", "PL": "99999999", "DK": "9999", "SE": "999",
}  # fmt: skip
IBAN_ACCOUNT_DIGITS = {
    "DE": 10, "GB": 8, "FR": 13, "ES": 12, "NL": 10, "IT": 12, "PT": 11, "PL": 16, "DK": 10, "SE": 17,
}  # fmt: skip
CARD_PREFIXES = ("400000", "424242", "545454", "555555", "222300")


def phone(rng: Random, country: str) -> str:
    """A phone number of a range kept for fiction, written in one of the country's ways."""
    if country == "US":
        return _us_phone(rng)
    if country == "GB":
        return _trunk(rng, "+44", rng.choice(GB_STEMS) + f"{rng.randrange(1000):03d}", "0")
    if country == "DE":
        return _trunk(rng, "+49", rng.choice(DE_STEMS) + f"{rng.randrange(1000):03d}", "0")
    if country == "FR":
        pairs = f" {rng.randrange(100):02d} {rng.randrange(100):02d}"
        return _trunk(rng, "+33", rng.choice(FR_STEMS) + pairs, "0")
    if country in PHONE_FORMS:
        code, trunk, forms = PHONE_FORMS[country]
        rest = "".join(str(rng.randrange(10)) if sign == "#" else sign for sign in rng.choice(forms))
        return _trunk(rng, code, rest, trunk)
    return _trunk(rng, "+34", f"910 000 {rng.randrange(1000):03d}", "")


def _us_phone(rng: Random) -> str:
    area, line = rng.choice(US_AREAS), f"{100 + rng.randrange(100):04d}"
    forms = (f"({area}) 555-{line}", f"{area}-555-{line}", f"+1 {area} 555 {line}", f"{area}.555.{line}")
    return rng.choice(forms)


def _trunk(rng: Random, code: str, rest: str, trunk: str) -> str:
    form = rng.randrange(4)
    if form == 0:
        return f"{code} {rest}"
    if form == 1 and trunk:
        return f"{code} ({trunk}){rest}"
    if form == 2:
        return trunk + rest.replace(" ", "/" if code == "+49" else " ", 1)
    return trunk + rest


def iban(rng: Random, country: str) -> str:
    """An IBAN with valid check digits, of a bank that does not exist; in groups of four more often than not."""
    land = country if country in IBAN_BANKS else "NL"
    account = f"{rng.randrange(10 ** IBAN_ACCOUNT_DIGITS[land]):0{IBAN_ACCOUNT_DIGITS[land]}d}"
    basic = _with_national_check(land, IBAN_BANKS[land] + account)
    code = f"{land}{_check_digits(land, basic)}{basic}"
    if rng.random() < 0.35:
        return code
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def _with_national_check(land: str, basic: str) -> str:
    """Bank and account with the check that Italy puts before them (CIN) and Portugal behind (ISO 7064 MOD 97-10)."""
    if land == "IT":
        return codicefiscale.calc_check_digit(basic) + basic
    return basic + f"{98 - int(basic) * 100 % 97:02d}" if land == "PT" else basic


def _check_digits(land: str, basic: str) -> str:
    digits = "".join(str(int(sign, 36)) for sign in f"{basic}{land}00")
    return f"{98 - int(digits) % 97:02d}"


def card(rng: Random) -> str:
    """A card number of a test prefix with a valid Luhn digit."""
    stem = rng.choice(CARD_PREFIXES) + f"{rng.randrange(10**9):09d}"
    number = stem + _luhn_digit(stem)
    separator = rng.choice((" ", " ", "-", ""))
    return separator.join(number[at : at + 4] for at in range(0, 16, 4))


def _luhn_digit(stem: str) -> str:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in stem[::-2])
    return str(-(doubled + sum(int(digit) for digit in stem[-2::-2])) % 10)


def ssn(rng: Random) -> str:
    """A social security number of an area and group that is never issued (900 to 999, 01 to 49)."""
    return f"{rng.randrange(900, 1000)}-{rng.randrange(1, 50):02d}-{rng.randrange(1, 10000):04d}"


def ip_address(rng: Random) -> str:
    """An address of the documentation ranges (RFC 5737, RFC 3849) or of a private network."""
    roll = rng.random()
    if roll < 0.1:
        return f"2001:db8::{rng.randrange(1, 65536):x}:{rng.randrange(1, 65536):x}"
    net = ("192.0.2.", "198.51.100.", "203.0.113.", "10.20.30.")[int(roll * 4)]
    return f"{net}{rng.randrange(1, 255)}"

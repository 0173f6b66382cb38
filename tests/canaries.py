"""Made-up personal data of twenty kinds, each in a sentence of its own, and mails that carry it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from faker import Faker
from stdnum import iban, luhn
from stdnum.es import dni
from stdnum.fr import nir

Maker = Callable[[random.Random, Faker], str]
_SYLLABLES = (
    "tov",
    "quel",
    "bast",
    "rin",
    "mor",
    "zan",
    "dri",
    "vex",
    "hul",
    "nok",
    "pel",
    "sar",
    "jun",
    "wy",
    "kro",
)


@dataclass(frozen=True)
class Canary:
    """A value that must leave the vault nowhere, the kind that it is of, and the mail that holds it."""

    kind: str
    value: str
    mail: bytes


def _invented(chance: random.Random) -> str:
    return "".join(chance.sample(_SYLLABLES, 3)).title()


def _digits(chance: random.Random, count: int) -> str:
    return str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _ in range(count - 1))


def _hex(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789abcdef") for _ in range(count))


def _secret(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(count))


def _card(chance: random.Random, fake: Faker) -> str:
    number = "4" + _digits(chance, 14)
    number += luhn.calc_check_digit(number)
    return " ".join(number[i : i + 4] for i in range(0, 16, 4))


def _iban(chance: random.Random, fake: Faker) -> str:
    body = _digits(chance, 18)
    plain = f"DE{iban.calc_check_digits('DE00' + body)}{body}"
    return " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def _nir(chance: random.Random, fake: Faker) -> str:
    body = f"{chance.choice('12')}{chance.randint(40, 99)}{chance.randint(1, 12):02}{chance.randint(10, 89)}{chance.randint(100, 989)}{chance.randint(100, 989)}"
    return body + nir.calc_check_digits(body)


def _dni(chance: random.Random, fake: Faker) -> str:
    number = _digits(chance, 8)
    return number + dni.calc_check_digit(number)


KINDS: dict[str, tuple[str, Maker]] = {
    "listed name": ("I talked to {} yesterday about the open invoice.", lambda c, f: f"{f.first_name()} {f.unique.last_name()}"),
    "invented name": ("Could you ask {} whether the delivery arrived?", lambda c, f: f"{_invented(c)} {_invented(c)}"),
    "signature": ("The report is attached.\n\nKind regards\n{}\nHead of Sales", lambda c, f: f"{_invented(c)} {_invented(c)}"),
    "address": ("Write to {} if that is easier.", lambda c, f: f"{_invented(c).lower()}.{_invented(c).lower()}@canary{c.randint(10, 99)}.example"),
    "spelled address": ("Write to {} if that is easier.", lambda c, f: f"{_invented(c).lower()} (at) canary{c.randint(100, 999)} (dot) com"),
    "US phone": ("You can call me on {} after lunch.", lambda c, f: f"({c.randint(212, 989)}) 555-01{c.randint(10, 99)}"),
    "German phone": ("Sie erreichen mich unter {} bis 17 Uhr.", lambda c, f: f"+49 30 {_digits(c, 4)} {_digits(c, 4)}"),
    "French phone": ("Vous pouvez me joindre au {} cet après-midi.", lambda c, f: "0{} {} {} {} {}".format(c.randint(1, 7), *(c.randint(10, 99) for _ in range(4)))),
    "US street": ("Please send it to {}, Springfield, IL 62704.", lambda c, f: f"{_digits(c, 4)} {_invented(c)} Street"),
    "German street": ("Bitte senden Sie es an {}, 10115 Berlin.", lambda c, f: f"{_invented(c)}straße {c.randint(1, 199)}"),
    "IBAN": ("Please transfer it to {} this week.", _iban),
    "card": ("My card number is {} and it was charged twice.", _card),
    "social security": ("My SSN is {} as you asked.", lambda c, f: f"{c.randint(100, 665)}-{c.randint(10, 99)}-{_digits(c, 4)}"),
    "French number": ("Mon numéro de sécurité sociale est le {}.", _nir),
    "Spanish number": ("Mi DNI es {} y no ha cambiado.", _dni),
    "IP address": ("The request came from {} at noon.", lambda c, f: ".".join(str(c.randint(11, 250)) for _ in range(4))),
    "MAC address": ("The laptop's card is {} by the label.", lambda c, f: ":".join(_hex(c, 2) for _ in range(6))),
    "personal URL": ("My profile is https://people.example/users/{} for the record.", lambda c, f: f"{_invented(c).lower()}{c.randint(100, 999)}"),
    "password": ("The password is {} until tomorrow.", lambda c, f: _secret(c, 14)),
    "customer number": ("My customer number is {} since last year.", lambda c, f: _digits(c, 9)),
}  # fmt: skip
"""A sentence for the value, and how the value is made."""


def canaries(count: int, seed: int = 4711) -> list[Canary]:
    """Canaries of all kinds in turn, no value twice, in mails of many encodings and zones."""
    chance = random.Random(seed)
    fake = Faker(["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "pl_PL"])
    fake.seed_instance(seed)
    made: dict[str, Canary] = {}
    while len(made) < count:
        kind, (sentence, maker) = list(KINDS.items())[len(made) % len(KINDS)]
        value = maker(chance, fake)
        if value not in made:
            made[value] = Canary(kind, value, _mail(len(made), kind, sentence.format(value), value))
    return list(made.values())


def _mail(number: int, kind: str, sentence: str, value: str) -> bytes:
    """Every kind comes by each of the encodings, and in newest text as well as in a quote."""
    turn = number // len(KINDS)
    message = EmailMessage()
    message["From"] = "Front Desk <desk@company.example>"
    message["To"] = (
        f"{value} <desk@company.example>" if kind.endswith("name") and turn % 4 == 0 else "team@company.example"
    )
    message["Subject"] = sentence.partition("\n")[0] if turn % 5 == 4 else f"Request {number}"
    message["Date"] = "Mon, 02 Mar 2026 09:30:00 +0000"
    message["Message-ID"] = f"<{number}@company.example>"
    body = f"Hello,\n\n{sentence}\n"
    if turn % 3 == 2 and "\n" not in sentence:
        body = f"Thanks, we look into it.\n\nOn Monday somebody wrote:\n> Hello,\n> {sentence}\n"
    if turn % 4 == 3:
        message.set_content(f"<html><body><p>{body.replace(chr(10), '<br>')}</p></body></html>", subtype="html")
    else:
        message.set_content(body, cte=("8bit", "quoted-printable", "base64")[turn % 4])
    if kind.endswith("name"):
        file = f"CV_{value.replace(' ', '.')}.pdf"
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=file)
    return b"From desk@company.example Mon Mar  2 09:30:00 2026\n" + message.as_bytes() + b"\n"

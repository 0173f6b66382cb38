"""The scene of a mail: who writes to whom about what, and how each slot of a phrase is filled from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from triage.samples.people import numbers
from triage.samples.people.people import Person, Pool
from triage.samples.text import mentions
from triage.samples.text.banks import Bank
from triage.samples.text.draft import Draft, Fragment
from triage.samples.text.grammar import Phrase
from triage.samples.text.mentions import TITLED

Item = TypeVar("Item")

PRODUCTS = tuple(
    f"{name} {model}"
    for name in ("AeroSense", "FlowMeter", "Halden", "ThermoBox", "Pulsar", "GaugePro", "Vektor", "Lumen")
    for model in ("M40", "2", "XS", "310", "Plus")
)
ORDINAL_DATES = frozenset({"de", "da"})
DOTTED_DATES = frozenset({"de", "da", "pl"})
CURRENCIES = {"pl": ("zł", "PLN"), "da": ("kr.", "DKK"), "sv": ("kr", "SEK")}
"""Elsewhere on the continent: euro."""
SITES = ("portal", "shop", "www", "help", "intranet", "files")


class Scene:
    """The state that one thread shares; `random` is bound here because every choice calls it."""

    __slots__ = (
        "rng",
        "random",
        "bank",
        "pool",
        "facts",
        "known",
        "sender",
        "receiver",
        "sent",
        "original",
        "topic",
        "mentions",
    )

    def __init__(
        self, rng: Random, bank: Bank, pool: Pool, sender: Person, receiver: Person, *, mentions: bool = False
    ) -> None:
        self.rng: Random = rng
        self.random = rng.random
        self.bank: Bank = bank
        self.pool = pool
        self.facts: dict[str, str] = {}
        self.known: list[Person] = []
        self.sender: Person = sender
        self.receiver: Person = receiver
        self.sent = datetime(2025, 1, 1, tzinfo=UTC)
        self.original = Fragment("")
        self.topic = ""
        self.mentions = mentions
        """Third people are named in running text, too; not in the shipped sample."""

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self.random() * len(items))]

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def write(self, phrases: Sequence[Phrase], draft: Draft) -> None:
        """Add one of the phrases."""
        phrases[int(self.random() * len(phrases))].write(self, draft)

    def say(self, phrases: Sequence[Phrase]) -> Fragment:
        draft = Draft()
        self.write(phrases, draft)
        return draft.freeze()

    def fill(self, slot: str, draft: Draft) -> None:
        marker = MARKED.get(slot)
        if marker:
            entity, value = marker
            draft.mark(value(self), entity)
        elif slot in TITLED:
            TITLED[slot](self, draft)
        elif slot == "original":
            draft.extend(self.original)
        else:
            draft.add(PLAIN[slot](self))

    def fact(self, name: str, make: Callable[[], str]) -> str:
        """A value that stays the same through a thread, like an invoice number."""
        if name not in self.facts:
            self.facts[name] = make()
        return self.facts[name]

    def acquaintance(self) -> Person:
        """A third person; often one who was mentioned before."""
        if self.known and self.chance(0.4):
            return self.pick(self.known)
        self.known.append(self.pick(self.pool.everybody))
        return self.known[-1]


def _person(scene: Scene) -> str:
    person = scene.acquaintance()
    roll = scene.random()
    if roll < 0.8:
        return person.name
    return f"{person.first[0]}. {person.last}" if roll < 0.9 else mentions.surname(person, scene.bank.language)


def _email(scene: Scene) -> str:
    return scene.sender.address if scene.chance(0.35) else scene.acquaintance().address


def _phone(scene: Scene) -> str:
    if scene.chance(0.5):
        return scene.sender.phone
    return numbers.phone(scene.rng, scene.sender.country)


def _street(scene: Scene) -> str:
    street = scene.pick(scene.pool.outside[scene.bank.language]).street
    return street.split(", ")[0] if scene.chance(0.3) else street


def _url(scene: Scene) -> str:
    host = f"https://{scene.pick(SITES)}.{scene.receiver.address.split('@')[1]}"
    return f"{host}/{scene.pick(('login', 'case', 'item', 'doc'))}/{scene.rng.getrandbits(24):x}"


def _date(scene: Scene) -> str:
    day = scene.sent + timedelta(days=int(scene.random() * 60) - 20)
    language = scene.bank.language
    if scene.chance(0.3):
        return f"{day.day}{'.' * (language in ORDINAL_DATES)} {scene.bank.months[day.month - 1]}"
    if language in DOTTED_DATES:
        return f"{day.day:02d}.{day.month:02d}.{day.year}"
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if scene.chance(0.6) else f"{day:%Y-%m-%d}"


def _amount(scene: Scene) -> str:
    value = int(10 ** (1.3 + 3 * scene.random()))
    cents = int(scene.random() * 100)
    if scene.bank.language == "en":
        return f"{scene.pick(('$', 'EUR ', '£'))}{value:,}.{cents:02d}"
    currency = scene.pick(CURRENCIES.get(scene.bank.language, ("€", "EUR")))
    return f"{value:,}".replace(",", ".") + f",{cents:02d} {currency}"


def _invoice(scene: Scene) -> str:
    number = int(scene.random() * 99999)
    forms = (f"INV-2024-{number:05d}", f"RE{number:06d}", f"{number:05d}/24", f"F-{number}")
    return scene.fact("invoice", lambda: scene.pick(forms))


def _product(scene: Scene) -> str:
    return scene.fact("product", lambda: scene.pick(PRODUCTS))


def _company(scene: Scene) -> str:
    return scene.sender.organisation or scene.pick(scene.pool.organisations)


def _number(name: str, form: str, top: int) -> Callable[[Scene], str]:
    def make(scene: Scene) -> str:
        return scene.fact(name, lambda: form.format(int(scene.random() * top)))

    return make


MARKED: dict[str, tuple[str, Callable[[Scene], str]]] = {
    "person": ("PERSON", _person),
    "email": ("EMAIL_ADDRESS", _email),
    "phone": ("PHONE_NUMBER", _phone),
    "street": ("STREET_ADDRESS", _street),
    "city": ("LOCATION", lambda scene: scene.pick(scene.bank.cities)),
    "iban": ("IBAN_CODE", lambda scene: numbers.iban(scene.rng, scene.sender.country)),
    "card": ("CREDIT_CARD", lambda scene: numbers.card(scene.rng)),
    "ssn": ("US_SSN", lambda scene: numbers.ssn(scene.rng)),
    "ip": ("IP_ADDRESS", lambda scene: numbers.ip_address(scene.rng)),
    "url": ("URL", _url),
    "to_first": ("PERSON", lambda scene: scene.receiver.first),
    "to_last": ("PERSON", lambda scene: mentions.surname(scene.receiver, scene.bank.language)),
    "to_name": ("PERSON", lambda scene: scene.receiver.name),
    "q_name": ("PERSON", lambda scene: scene.receiver.name),
    "q_mail": ("EMAIL_ADDRESS", lambda scene: scene.receiver.address),
    **mentions.MARKED,
}
"""Slots that hold personal data: entity and value."""

PLAIN: dict[str, Callable[[Scene], str]] = {
    "invoice": _invoice,
    "order": _number("order", "45{:05d}", 99999),
    "ticket": _number("ticket", "#{:06d}", 999999),
    "tracking": _number("tracking", "NH{:08d}X", 99999999),
    "contract": _number("contract", "C-{:04d}-B", 9999),
    "asset": _number("asset", "A{:05d}", 99999),
    "room": _number("room", "B{:03d}", 400),
    "product": _product,
    "company": _company,
    "amount": _amount,
    "date": _date,
    "time": lambda scene: f"{8 + int(scene.random() * 10)}:{scene.pick(('00', '15', '30', '45'))}",
    "weekday": lambda scene: scene.pick(scene.bank.weekdays),
    "month": lambda scene: scene.pick(scene.bank.months),
    "count": lambda scene: str(2 + int(scene.random() * 24)),
    "days": lambda scene: scene.pick(("10", "30", "45", "60", "90")),
    "topic": lambda scene: scene.topic,
    "matter": lambda scene: scene.facts["matter"],
    "host": lambda scene: f"mx{1 + int(scene.random() * 4)}.{scene.receiver.address.split('@')[1]}",
    "q_date": lambda scene: scene.facts["quoted_date"],
}
"""Slots without personal data."""

"""Slots for people in running text and in letters: names in cases, the writer's and the reader's own data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from triage.samples.people import ids
from triage.samples.people.people import Person
from triage.samples.people.polish import Case, inflected
from triage.samples.text.draft import Draft

if TYPE_CHECKING:
    from triage.samples.text.scene import Scene

_GENITIVE_S = frozenset({"da", "de", "en", "nl", "sv"})
_APOSTROPHE = frozenset({"en", "nl"})
_CASES: tuple[Case, ...] = ("gen", "dat", "acc", "ins")
_TITLES: dict[Case, tuple[str, str]] = {
    "nom": ("Pan", "Pani"), "gen": ("Pana", "Pani"), "dat": ("Panu", "Pani"), "acc": ("Pana", "Panią"),
    "ins": ("Panem", "Panią"), "voc": ("Panie", "Pani"),
}  # fmt: skip
"""Polish forms of address by case, for men and women."""


def in_case(person: Person, name: str, case: Case, language: str) -> str:
    """A name ("first", "last" or both words) in a case: Polish endings, a genitive s, or as it is."""
    if language == "pl" and person.is_female is not None:
        words = name.split(" ")
        surname = len(words) - 1 if name != person.first else len(words)
        return " ".join(
            inflected(word, case, is_female=person.is_female, is_surname=place >= surname)
            for place, word in enumerate(words)
        )
    return _possessive(name, language) if case == "gen" and language in _GENITIVE_S else name


def surname(person: Person, language: str) -> str:
    """A surname that no first name stands before: Dutch writes its particle with a capital letter then."""
    return person.last[:1].upper() + person.last[1:] if language == "nl" else person.last


def _possessive(name: str, language: str) -> str:
    if name[-1] in "sxzß":
        return name + ("'" if language != "sv" else "")
    return name + ("'s" if language in _APOSTROPHE else "s")


def _named(part: Callable[[Person], str], case: Case | None) -> Callable[[Scene], str]:
    def value(scene: Scene) -> str:
        person = scene.acquaintance()
        name = surname(person, scene.bank.language) if part(person) == person.last else part(person)
        return in_case(person, name, case, scene.bank.language) if case else name

    return value


def _titled(case: Case) -> Callable[[Scene, Draft], None]:
    """Pan or Pani and the name, in one case; not inflected where the gender is not known."""

    def write(scene: Scene, draft: Draft) -> None:
        person = scene.receiver if case == "voc" else scene.acquaintance()
        draft.add(_TITLES[case][bool(person.is_female)] + " ")
        name = person.first if case == "voc" else scene.pick((person.last, person.name))
        draft.mark(in_case(person, name, case, "pl"), "PERSON")

    return write


def _birth_date(scene: Scene) -> str:
    day = ids.birthday(scene.rng, 1945, 2004)
    written = f"{day.day} {scene.bank.months[day.month - 1]} {day.year}"
    return scene.pick((f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}", written))


def _last_first(scene: Scene) -> str:
    person = scene.acquaintance()
    return f"{person.last}, {person.first}"


TITLED: dict[str, Callable[[Scene, Draft], None]] = {f"pan_{case}": _titled(case) for case in _TITLES}
"""Slots that write a form of address and the name behind it, which alone is marked."""

MARKED: dict[str, tuple[str, Callable[[Scene], str]]] = {
    "first": ("PERSON", _named(lambda person: person.first, None)),
    "last": ("PERSON", _named(lambda person: person.last, None)),
    "last_first": ("PERSON", _last_first),
    **{f"person_{case}": ("PERSON", _named(lambda person: person.name, case)) for case in _CASES},
    **{f"first_{case}": ("PERSON", _named(lambda person: person.first, case)) for case in _CASES},
    **{f"last_{case}": ("PERSON", _named(lambda person: person.last, case)) for case in _CASES},
    "to_street": ("STREET_ADDRESS", lambda scene: scene.receiver.street),
    "own_name": ("PERSON", lambda scene: scene.sender.name),
    "to_line": ("STREET_ADDRESS", lambda scene: scene.receiver.street.split(", ")[0]),
    "to_town": ("STREET_ADDRESS", lambda scene: scene.receiver.street.split(", ")[1]),
    "own_street": ("STREET_ADDRESS", lambda scene: scene.sender.street),
    "own_line": ("STREET_ADDRESS", lambda scene: scene.sender.street.split(", ")[0]),
    "own_town": ("STREET_ADDRESS", lambda scene: scene.sender.street.split(", ")[1]),
    "own_phone": ("PHONE_NUMBER", lambda scene: scene.sender.phone),
    "own_mail": ("EMAIL_ADDRESS", lambda scene: scene.sender.address),
    "account": ("ACCOUNT_NUMBER", lambda scene: f"45{scene.rng.randrange(99999):05d}"),
    "contract_number": ("ACCOUNT_NUMBER", lambda scene: f"C-{scene.rng.randrange(9999):04d}-B"),
    "id": ("NATIONAL_ID", lambda scene: ids.national_id(scene.rng, scene.sender.country)),
    "birth_date": ("BIRTH_DATE", _birth_date),
}
"""Slots that hold personal data: entity and value."""

"""Variants of a mail: what is swapped, and that nothing else is."""

from __future__ import annotations

from random import Random

import pytest

from triage.config import LimitSettings
from triage.mail.parsing.parsed import Address, ParsedMail, Recipient
from triage.pipeline.counterfactual.names import Culture, known_names, name_words, names_of, renamed
from triage.pipeline.counterfactual.text_edits import cased, plain_letters, replaced_words, replacer
from triage.pipeline.counterfactual.variants import PERSONAL, SWAPS, case_of, replacers
from triage.samples.generator import generate
from triage.samples.model import SampleMail, Signs, Span

ONE_NAME = Culture(female=("Zoë",), male=("Ömer",), last=("Yıldırım", "Şahin"))


def marked(text: str, **entities: str) -> tuple[Span, ...]:
    """A span in the body at the first place of each text."""
    return tuple(
        Span(text.index(value), text.index(value) + len(value), entity, "body") for entity, value in entities.items()
    )


def sample(body: str, **entities: str) -> SampleMail:
    return SampleMail(
        raw=b"", message_id=None, labels=None, language="en", split="train", subject="", body=body,
        spans=marked(body, **entities), headers={}, sent="", envelope="", signs=Signs(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [("Ayşe", "anna", "ayşe"), ("Ayşe", "ANNA", "AYŞE"), ("Ayşe", "Anna", "Ayşe"), ("Ayşe", "A", "Ayşe")],
)
def test_a_word_keeps_its_case(new: str, old: str, expected: str) -> None:
    assert cased(new, old) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Koch", "Ayşe Kaya"),
        ("ANNA KOCH", "AYŞE KAYA"),
        ("Dr. Koch", "Dr. Kaya"),
        ("Annabel Kochmann", "Annabel Kochmann"),
        ("Anna-Koch", "Ayşe-Kaya"),
        ("Anna's", "Ayşe's"),
    ],
)
def test_words_of_names(text: str, expected: str) -> None:
    assert replaced_words(text, {"anna": "Ayşe", "koch": "Kaya"}) == expected


@pytest.mark.parametrize(
    ("kind", "language", "text", "expected"),
    [
        ("women", "en", "He sent his form to Mr Brown.", "She sent her form to Ms Brown."),
        ("men", "en", "She sent her contract; ask her, Mrs Brown.", "He sent his contract; ask him, Mr Brown."),
        ("women", "de", "Sehr geehrter Herr Koch, er meldet sich.", "Sehr geehrte Frau Koch, sie meldet sich."),
        ("men", "de", "Sehr geehrte Frau Koch, wenn Sie Zeit haben", "Sehr geehrter Herr Koch, wenn Sie Zeit haben"),
        ("women", "de", "Der Herrgott und der Verkehr", "Der Herrgott und der Verkehr"),
        ("american", "en", "The Colour of the parcel", "The Color of the package"),
        ("british", "en", "Please cancel my vacation", "Please cancel my holiday"),
        ("austrian", "de", "im Januar", "im Jänner"),
        ("swiss", "de", "Grüße aus der Straße, Maßnahme", "Grüsse aus der Strasse, Massnahme"),
    ],
)
def test_words_of_gender_and_dialect(kind: str, language: str, text: str, expected: str) -> None:
    assert replacers(kind)[language](text) == expected


def test_all_words_are_swapped_at_once() -> None:
    assert replacer({"a": "b", "b": "a"})("a b a") == "b a b"


def test_a_single_word_is_what_it_is_in_a_full_name() -> None:
    words = name_words(["Koch", "Anna Koch", "Müller, Jens", "Dr. Eva van den Berg", "Ali"])
    assert set(words.first) == {"anna", "jens", "eva", "ali"}
    assert set(words.last) == {"koch", "müller", "berg"}


def test_names_change_in_headers_marked_places_and_addresses_only() -> None:
    body = "Hi, Anna Koch is the cook (Koch) at anna.koch@firm.example."
    mail = ParsedMail(
        body=body,
        sender=Address("Anna Koch", "anna.koch@firm.example"),
        recipients=(Recipient("to", "Front Desk", "desk@firm.example"),),
    )
    given = sample(body, PERSON="Anna Koch", EMAIL_ADDRESS="anna.koch@firm.example")
    words = name_words(names_of(mail, given))
    changed = renamed(mail, given, words.of_sex("male", ONE_NAME, Random(1)) | {"koch": "Şahin"})
    assert changed.body == "Hi, Ömer Şahin is the cook (Koch) at omer.sahin@firm.example."
    assert changed.sender == Address("Ömer Şahin", "omer.sahin@firm.example")
    assert changed.recipients == mail.recipients


@pytest.mark.parametrize(("name", "plain"), [("Yıldırım", "yildirim"), ("Groß", "gross"), ("O'Neil", "oneil")])
def test_a_name_as_in_an_address(name: str, plain: str) -> None:
    assert plain_letters(name) == plain


def test_variants_of_generated_mails_differ_in_what_they_should() -> None:
    found = [case for mail in generate(64, 5) if (case := case_of(mail, LimitSettings(), Random(2))) is not None]
    assert len(found) > 40
    assert {variant.swap for case in found for variant in case.variants} == set(SWAPS)
    for case in found:
        for variant in case.variants:
            assert variant.mail != case.mail
            assert variant.mail.signs == case.mail.signs
            if variant.swap in PERSONAL[:2]:
                assert variant.mail.body.count("\n") == case.mail.body.count("\n")
                assert variant.mail.body.count("@") == case.mail.body.count("@")


def test_a_mail_with_a_built_in_fault_is_no_case() -> None:
    broken = [mail for mail in generate(640, 5) if mail.hostile]
    assert broken
    assert [case_of(mail, LimitSettings(), Random(2)) for mail in broken] == [None] * len(broken)


def test_every_culture_has_enough_names() -> None:
    data = known_names()
    assert set(data.usual.values()) | set(data.others) <= set(data.cultures)
    for culture in data.cultures.values():
        for names in (culture.female, culture.male, culture.last):
            assert len(set(names)) == len(names) >= 8

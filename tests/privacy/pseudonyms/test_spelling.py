"""Unequal values have unequal tokens; which spellings are equal is said here."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from triage.privacy.pseudonyms.phone_numbers import OTHER_REGIONS, PHONE_REGIONS
from triage.privacy.pseudonyms.spelling import normalize

UNEQUAL: dict[str, list[str]] = {
    "PHONE_NUMBER": [
        "06 12 34 56 78", "612 345 678", "+33 6 12 34 56 78", "+41 61 234 56 78", "+49 6123 45678", "061 234 56 79",
        "+1 613 238 2747", "(613) 238-2747 ex239", "(613) 238-2747 x240", "613 238 274", "+61 3238 2747", "613-238-2747239",
        "0711 234567", "+49 711 234567", "+41 71 123 45 67", "0711 234-318", "0711 234 Durchwahl 319", "+4930 12", "4930 12",
        "601 234 567", "+34 601 234 567", "+48 601 234 567", "912 345 678", "+34 912 345 678", "+351 912 345 678",
        "664 1234567", "0664 1234567", "+49 664 1234567", "+43 664 1234567", "347 123 4567", "+1 347 123 4567",
        "+39 347 123 4567", "020 794 0018", "+44 20 794 0018", "+31 20 794 0018", "070-123 45 67", "+49 70 1234567",
        "+46 70 123 45 67", "+41 70 123 45 67",
    ],
    "EMAIL_ADDRESS": [
        "a.b@hof.example", "ab@hof.example", "a-b@hof.example", "a_b@hof.example", "a+b@hof.example", "a.b@hof.example.org",
        "groß@hof.example", "gross@hof.example", "a.b@groß.example", "a.b@gross.example", '"a b"@hof.example', "a.at.b@hof.example",
        "a.ät.b@hof.example", "at@hof.example", "look.at@hof.example", "look@hof.example",
    ],
    "PERSON": [
        "Ann Berg", "Ann M. Berg", "A. Berg", "Anna Berg", "Berg", "Ann J. Berg", "Ann Berg Jr", "Ann Berg Sr", "Ann-M. Berg",
        "Don Smith", "Smith", "J. M. Smith", "J. Smith", "Md Rahman Khan", "Rahman Khan", "O'Brien", "OBrien", "Anna-Lena Berg",
        "Anna Lena Berg", "Annalena Berg", "Ing-Marie Berg", "Marie Berg", "Berg Ann M", "Li Me", "Li",
        "राम", "रोम", "रमा", "रम", "রহিম", "রহমা", "कुमार", "कमार", "คำ", "คา", "שָׂרָה", "מַאיָה", "மணி", "மணை",
    ],
    "URL": [
        "https://hof.example/AbC", "https://hof.example/abc", "https://hof.example/ABC", "http://hof.example/abc",
        "https://ann:Pass@hof.example/", "https://ann:pass@hof.example/", "https://hof.example/?u=A", "https://hof.example/?u=a",
        "https://hof.example/a-b", "https://hof.example/ab",
    ],
    "STREET_ADDRESS": [
        "Hauptstr. 1/3", "Hauptstr. 1-3", "Hauptstr. 1, 3", "Hauptstr. 13", "Hauptstr. 1.3", "Hauptstr. 1a", "Hauptstr. 1",
        "Flat 2, 3 High St", "2/3 High St", "2-3 High St", "23 High St",
        "12 गांधी मार्ग", "12 गंधा मार्ग", "12 राम मार्ग", "12 रोम मार्ग",
    ],
    "LICENSE_PLATE": ["B-AB 123", "BA-B 123", "B-A 123", "B-AB 1234"],
    "NATIONAL_ID": ["12-345", "123-45", "12345-A", "12345-B"],
    "CRYPTO": ["1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1boatSLRHtKNngkdXEeobR76b53LETtpyT"],
    "SECRET": ["Pass²word", "Pass2word", "pass2word", "Pass2 word", "ＰASS"],
    "ACCOUNT_NUMBER": ["KD-47-11", "KD-471-1", "KD-4711", "KD 4711"],
    "CREDIT_CARD": ["1234कि", "1234कु"],
    "IP_ADDRESS": ["10.0.0.1", "10.0.0.11", "10.0.0.1:80", "::1", "::11"],
    "MESSAGE_ID": ["<AbC@hof.example>", "<abc@hof.example>"],
}  # fmt: skip

EQUAL: dict[str, tuple[str, ...]] = {
    "PHONE_NUMBER stated country": ("+49 30 901820155", "0049 30 901820155", "+49 (0)30 / 901820-155", "(+49) 30 901820155"),
    "PHONE_NUMBER of one country only": ("+44 20 7946 0018", "(020) 7946 0018"),
    "PHONE_NUMBER of the United States": ("+1 713 853 1234", "(713) 853-1234", "713.853.1234", "1-713-853-1234"),
    "PHONE_NUMBER same digits": ("06 12 34 56 78", "0612345678", "06.12.34.56.78", "061 234 56 78"),
    "PHONE_NUMBER extension": ("(613) 238-2747 ex239", "+1 613 238 2747 ext. 239", "613-238-2747x239"),
    "EMAIL_ADDRESS": ("a.b@hof.example", "A.B@HOF.example", "<a.b@hof.example>", "a.b at hof dot example", "a . b @ hof . example"),
    "PERSON titles": ("Ann Berg", "Dr. Ann Berg", "Berg, Ann", "Mme Ann Berg", "M. Ann Berg", "Ing. Ann Berg", "Ann Berg MD"),
    "PERSON forms": ("Ann Groß", "ANN GROSS", "An\u00adn Groß", "Ann\u00a0Groß", "Ａｎｎ Groß"),
    "PERSON Spanish titles": ("José García", "Sr. Don José García", "Sr. José García", "don José García"),
    "URL": ("https://hof.example/AbC", "HTTPS://Hof.Example/AbC"),
    "STREET_ADDRESS": ("12 Main St., Houston, TX 77002-7361", "12 main st Houston TX 77002 7361"),
    "CRYPTO bech32": ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ"),
    "IBAN_CODE": ("DE34 3704 0044 0987 6543 21", "de34-3704-0044-0987-6543-21", "DE34\n> 37040044 0987654321"),
    "LICENSE_PLATE": ("M-KX 4711", "m‑kx\u00a04711"),
}  # fmt: skip

BEFORE = {
    ("PERSON", "Herr Dr. Jürgen Groß"): "jürgen gross",
    ("PERSON", "Wood, Simon"): "simon wood",
    ("PERSON", "M. Dupont"): "dupont",
    ("PERSON", "Mr. Bob Smith's"): "bob smith",
    ("EMAIL_ADDRESS", "mailto:Ann.Berg@Hof.Example"): "ann.berg@hof.example",
    ("EMAIL_ADDRESS", "ann (at) hof (dot) example"): "ann@hof.example",
    ("PHONE_NUMBER", "713-853-1234"): "+17138531234",
    ("PHONE_NUMBER", "(020) 7946 0018"): "+442079460018",
    ("PHONE_NUMBER", "0171/1234567"): "+491711234567",
    ("PHONE_NUMBER", "01 42 68 53 00"): "+33142685300",
    ("PHONE_NUMBER", "853-1234"): "8531234",
    ("STREET_ADDRESS", "1400 Smith St., Houston, TX 77002-7361"): "1400 smith st houston tx 77002 7361",
    ("STREET_ADDRESS", "Bahnhofstr. 12, 80331 München"): "bahnhofstr 12 80331 münchen",
    ("URL", "http://www.hof.example/people/ann"): "http://www.hof.example/people/ann",
    ("IBAN_CODE", "DE89 3704 0044 0532 0130 00"): "de89370400440532013000",
    ("NATIONAL_ID", "AB 12 34 56 C"): "ab 12 34 56 c",
    ("LOCATION", "New  York"): "new york",
}
"""What version 0.1 made of a value, from rows that it wrote."""


@pytest.mark.parametrize(("entity", "values"), UNEQUAL.items(), ids=UNEQUAL)
def test_unequal_values_have_unequal_tokens(entity: str, values: list[str]) -> None:
    by_spelling: dict[str, list[str]] = {}
    for value in values:
        by_spelling.setdefault(normalize(entity, value), []).append(value)
    assert [group for group in by_spelling.values() if len(group) > 1] == []


@pytest.mark.parametrize(("case", "values"), EQUAL.items(), ids=EQUAL)
def test_spellings_of_one_value_are_one(case: str, values: tuple[str, ...]) -> None:
    assert len({normalize(case.split(maxsplit=1)[0], value) for value in values}) == 1


@pytest.mark.parametrize(("given", "spelling"), BEFORE.items(), ids=[f"{entity} {value}" for entity, value in BEFORE])
def test_rows_keep_their_tokens(given: tuple[str, str], spelling: str) -> None:
    assert normalize(*given) == spelling


def subscribers(
    regions: tuple[str, ...], kinds: tuple[int, ...] = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
) -> Iterator[phonenumbers.PhoneNumber]:
    """Valid numbers of the countries."""
    drawn = random.Random(7)
    for region in regions:
        for kind in kinds:
            example = phonenumbers.example_number_for_type(region, kind)
            assert example is not None
            for digits in range(1, 9):
                for _ in range(12):
                    start = str(example.national_number)[:-digits] or "6"
                    text = start + "".join(drawn.choices("0123456789", k=digits))
                    number = phonenumbers.PhoneNumber(example.country_code, int(text))
                    if phonenumbers.is_valid_number_for_region(number, region):
                        yield number


SUBSCRIBERS = [*subscribers(PHONE_REGIONS), *subscribers(("PL", "PT", "NL", "RO", "CZ"))]


def written(number: phonenumbers.PhoneNumber, form: int) -> str:
    return phonenumbers.format_number(number, form)


FORMS = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)


@given(st.sampled_from(SUBSCRIBERS), st.sampled_from(SUBSCRIBERS), st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_two_subscribers_share_a_token_only_when_they_write_the_same_digits(
    one: phonenumbers.PhoneNumber, other: phonenumbers.PhoneNumber, form: int, its_form: int
) -> None:
    assume(written(one, PhoneNumberFormat.E164) != written(other, PhoneNumberFormat.E164))
    first, second = written(one, form), written(other, its_form)
    assume("".join(filter(str.isdigit, first)) != "".join(filter(str.isdigit, second)))
    assert normalize("PHONE_NUMBER", first) != normalize("PHONE_NUMBER", second)


@pytest.mark.parametrize("region", OTHER_REGIONS)
def test_a_number_of_a_further_country_has_no_token_of_another_country(region: str) -> None:
    """Its digits are hashed, so that it shares a token with what is written with the same digits only."""
    numbers = [
        number
        for number in subscribers((region,), (PhoneNumberType.MOBILE,))
        if phonenumbers.number_type(number) == PhoneNumberType.MOBILE
    ]
    national = [written(number, PhoneNumberFormat.NATIONAL) for number in numbers]
    assert len(national) > 50
    assert [text for text in national if normalize("PHONE_NUMBER", text) != re.sub(r"\D", "", text)] == []


@given(
    st.text(st.sampled_from("abAB1.-_+"), min_size=1, max_size=8),
    st.text(st.sampled_from("abAB1.-_+"), min_size=1, max_size=8),
)
def test_two_mailboxes_never_share_a_token(one: str, other: str) -> None:
    first, second = f"x{one}x@hof.example", f"x{other}x@hof.example"
    assert (normalize("EMAIL_ADDRESS", first) == normalize("EMAIL_ADDRESS", second)) == (
        first.lower() == second.lower()
    )


@given(
    st.lists(st.sampled_from("1 2 3 a b".split()), min_size=2, max_size=4),
    st.lists(st.sampled_from("-/., "), min_size=3, max_size=3),
)
def test_a_street_s_numbers_stay_apart(parts: list[str], signs: list[str]) -> None:
    """Between two digits each sign is one of its own, but a comma and a blank say the same."""
    address = parts[0] + "".join(sign + part for sign, part in zip(signs, parts[1:], strict=False))
    other = address.replace("-", "\0").replace("/", "-").replace("\0", "/")
    between_digits = any(
        a.isdigit() and b.isdigit() and s in "-/" for a, b, s in zip(parts, parts[1:], signs, strict=False)
    )
    assert (normalize("STREET_ADDRESS", address) != normalize("STREET_ADDRESS", other)) == between_digits

"""Numbers that are masked, cut off or mistyped: their word announces them, or their masks do."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

CARD = {
    "masked": "my card [4532************7890] ok",
    "masked with hyphens": "[4532-****-****-7890]",
    "masked with letters": "on [4532 12XX XXXX 7890] it",
    "head masked": "**** **** **** [4242]",
    "head masked by letters": "[XXXX-XXXX-XXXX-4242]",
    "brand and masks": "Visa ****[4242]",
    "brand and points": "Visa ...[4242]",
    "en": "Visa ending [4242]",
    "en in": "the card ending in [4242] was charged",
    "de": "Karte endet auf [4242]",
    "fr": "carte bancaire se terminant par [4242]",
    "es": "tarjeta terminada en [4242]",
    "it": "la carta che termina con [4242]",
    "nl": "kaart eindigend op [4242]",
    "pt": "cartão terminado em [4242]",
    "pl": "kartą kończącą się na [4242]",
    "da": "kortet der slutter på [4242]",
    "sv": "kortet som slutar på [4242]",
    "last digits": "the last 4 digits of my card are [4242]",
    "last digits, de": "die letzten vier Ziffern [4242]",
    "last digits, es": "últimos cuatro dígitos: [4242]",
    "too short after its word": "card number [4111 1111 11]",
    "banner": "**** 2005 ****",
    "heading": "#### 2024",
    "a visa's end": "my visa ends in March 2024",
    "a greeting card": "the card of 2024 and 4242 others",
}
SSN = {
    "masked": "SSN [987-XX-XXXX]",
    "stars": "social security number ***-**-[1234]",
    "alone": "on file: [XXX-XX-1234] since",
    "cut off": "ssn: [123-45-67]",
    "question mark": "SSN [12345678]?",
    "all masked": "use XXX-XX-XXXX as the form",
    "the word alone": "your SSN is needed in 3 days",
}
IBAN = {
    "cut off": "IBAN [CH29309]...",
    "masked": "IBAN: [DE89 XXXX XXXX XXXX 1234]",
    "one digit short": "IBAN is [DE89370400440532013]",
    "stars": "iban [NL91ABNA****4300]",
    "spaces wrong": "IBAN [FR 76 3000 6000 01]",
    "wrong country": "IBAN [XX12 3456 7890]",
    "the word alone": "IBAN please, before 5 pm",
}
NATIONAL_ID = {
    "de": "Steuer-ID: [12 345 678 90]?",
    "pl": "PESEL [4405140****]",
    "es": "DNI [5436231]?",
    "it": "codice fiscale: [RCCMNL83S18]",
    "nl": "BSN [11122233X]",
    "uk": "NI number [QQ 12 34 5]",
    "da": "CPR-nummer [211062-XXXX]",
    "se": "personnummer [800816-****]",
    "fi": "henkilötunnus [131052-30]",
    "article": "ein 25 000 Euro teures Rad",
    "comparison": "cf. 12 345",
}
PASSPORT = {
    "masked": "passport no. [C0300****]",
    "nl": "paspoort [NX12 345]",
    "pl": "nr paszportu [EK 12345]",
    "year": "a passport 2024 photo",
}


@pytest.mark.parametrize(
    ("entity", "case"),
    [
        (entity, case)
        for entity, cases in (
            ("CREDIT_CARD", CARD), ("US_SSN", SSN), ("IBAN_CODE", IBAN), ("NATIONAL_ID", NATIONAL_ID),
            ("PASSPORT", PASSPORT),
        )
        for case in cases.items()
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else given,
)  # fmt: skip
def test_what_a_word_announces_is_found_whole_or_not(entity: str, case: tuple[str, str]) -> None:
    check(entity, case[1])

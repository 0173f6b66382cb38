"""Phone numbers of Europe's languages, extensions, and what is written like a phone number and is none."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

NATIONAL = {
    "it, mobile": ("Mi chiami al [347 123 4567], grazie", "it"),
    "it, fixed": ("telefono [06 6988 1234]", "it"),
    "nl, mobile": ("Bel mij op [06 12345678] graag", "nl"),
    "nl, fixed": ("ons nummer is [020 794 0018]", "nl"),
    "pt": ("o meu telemóvel é [912 345 678]", "pt"),
    "pt, fixed": ("ligue [213 456 789]", "pt"),
    "pl": ("proszę dzwonić [612 345 678] po południu", "pl"),
    "pl, pairs": ("proszę dzwonić [61 234 56 78]", "pl"),
    "da": ("ring på [33 12 45 67] i morgen", "da"),
    "da, in two": ("min mobil: [2045 1234]", "da"),
    "sv": ("nås på [08-123 456 78]", "sv"),
    "sv, mobile": ("mitt nummer [070-123 45 67]", "sv"),
    "nb": ("ring meg på [22 12 34 56]", "nb"),
    "nb, mobile": ("mobil [412 34 567]", "nb"),
    "at": ("unter [01 5350505] in Wien", "de"),
    "at, mobile": ("unter [0664 1234567]", "de"),
    "be": ("bel [02 512 34 56] in Brussel", "nl"),
    "ch": ("unter [044 668 18 00]", "de"),
    "cs": ("volejte [602 123 456]", "cs"),
    "el": ("τηλέφωνο [210 7946123]", "el"),
    "el, without a word": ("με βρίσκετε στο [210 794 6123]", "el"),
    "fi": ("puh. [09 123 4567]", "fi"),
    "hu": ("hívjon: [06 1 234 5678]", "hu"),
    "ro": ("sunați la [021 234 5678]", "ro"),
    "da, in one word": ("eller [40253019] om aftenen", "da"),
    "da, two numbers": ("af Gerner - [40 36 50 15 / 56 72 50]", "da"),
    "pl, in one word": ("lub [612345678] wieczorem", "pl"),
    "without its plus": ("or in London at [44-207-595-8800].", "en"),
    "without its trunk prefix, in one word": ("Home-Office\\,[3660170548]", "en"),
    "without its trunk prefix": ("Nicosia, [25 833387]", "en"),
    "ja": ("電話：[03-1234-5678]", "ja"),
}
EXTENSION = {
    "ex behind a field's letter": ("T:[(613) 238-2747 ex239]", "en"),
    "ext. with a point": ("call [(613) 238-2747 ext. 239] please", "en"),
    "comma": ("call [613-238-2747, ext 4412]", "en"),
    "durchwahl alone": ("Frau Kirchhoff (Durchwahl [-318])", "de"),
    "durchwahl of three digits": ("Durchwahl: [318]", "de"),
    "durchwahl behind a number": ("Tel. [0711 234567 Durchwahl 318]", "de"),
    "poste": ("au [01 42 68 53 00 poste 412]", "fr"),
    "toestel": ("op toestel [4412]", "nl"),
    "interno": ("chiami l'interno [412]", "it"),
    "wewnętrzny": ("wew. [4412]", "pl"),
    "hyphens of all kinds": ("Tel. [+49 30 901‑45‑67]", "de"),
    "file system": ("formatted as ext4 and ext 3", "en"),
    "no extension": ("extension 7 of the treaty", "en"),
}
OTHER = {
    "date, points": ("am 24.12.2025 um acht", "de"),
    "date, points and blanks": ("am 24. 12. 2025 um acht", "cs"),
    "date, slashes": ("le 24/12/2025 à midi", "fr"),
    "date, year first": ("den 2025-12-24 kl. 8", "sv"),
    "date, year first, points": ("2025.12.24. napon", "hu"),
    "date, hyphens": ("op 24-12-2025 om acht", "nl"),
    "date, month first": ("on 12/24/2025 at noon", "en"),
    "date, blanks": ("il 24 12 2025 alle otto", "it"),
    "date of two digits and time": ("dnia 24-12-25 14:30", "pl"),
    "date and time": ("am 24.12.2025 14:30", "de"),
    "date and time in points": ("kl. 24.12.2025 14.30", "da"),
    "range of dates": ("du 24/12/2025 - 31/12/2025", "fr"),
    "range of dates, dash": ("vom 24.12.2025–31.12.2025", "de"),
    "range of days": ("24.12. - 31.12.2025", "de"),
    "range of years": ("en 2019-2023 y 2019 - 2023", "es"),
    "range of hours": ("open 14.30-16.00 or 10.00 - 12.00", "en"),
    "date behind a phone's word": ("Telefon am 24.12.2025", "de"),
    "number and date": ("4711 24.12.2025", "de"),
    "amount": ("Betrag 1.234.567 und 12.345.678", "de"),
    "amount with its currency": ("suma 612 345 678 zł", "pl"),
    "amount behind its currency": ("EUR 612 345 678", "de"),
    "count with its unit": ("912 345 678 kWh", "es"),
    "siret": ("SIRET 732 829 320 00074", "fr"),
    "article": ("Artikelnummer 0612345678", "de"),
    "house numbers before a street": ("at 17151 2450 Crown Street", "en"),
    "application number": ("requête (no 36110 / 97) contre", "fr"),
    "version": ("Version: 44.447.4.6104", "en"),
    "zeros": ("Request ID: 000000000009797", "en"),
    "postcode with four digits": ("Houston TX 77005-2929", "en"),
    "two counts": ("4711 4712 und 2023 1200", "de"),
}


@pytest.mark.parametrize(
    ("marked", "language"),
    [*NATIONAL.values(), *EXTENSION.values(), *OTHER.values()],
    ids=[*NATIONAL, *EXTENSION, *OTHER],
)
def test_a_phone_number_is_found_and_no_other_number_is_one(marked: str, language: str) -> None:
    check("PHONE_NUMBER", marked, language)

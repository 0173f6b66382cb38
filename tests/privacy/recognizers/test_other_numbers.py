"""Numbers that look like a phone or a card and are announced as something else."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

PHONE_NUMBER = {
    "siret": "SIRET 732 829 320 00074",
    "siret with a colon": "N° SIRET : 73282932000074",
    "siren": "SIREN: 0173282932",
    "article, de": "Art.-Nr. 030 1234567 ist lieferbar",
    "article, en": "item no. 415-555-1234",
    "article, it": "codice articolo 0612345678",
    "article, fr": "référence produit 0612345678",
    "article, sv": "artikelnr 08-123 456 78",
    "company, nl": "KvK-nummer 020 1234567",
    "company, en": "company number 0207 946 0000",
    "phone behind an article": "Artikelnummer 4711, Tel. [030 1234567]",
    "phone behind a company's": "SIRET 732 829 320 00074, tél. [01 45 67 89 12]",
    "phone in a sentence with the word": "this item: call [415-555-1234]",
}
CREDIT_CARD = {
    "ean that passes the check": "EAN 4006381333930",
    "article, de": "Artikelnummer 4111111111111",
    "card": "card [4111 1111 1111 1111]",
    "card behind an article": "SKU 4711, card [4111 1111 1111 1111]",
}
ACCOUNT_NUMBER = {
    "fr, groups of a phone": "facture [01 45 67 89 12] du 3 mai",
    "fr": "Numéro de facture : [0145678912]",
    "de, groups": "Rechnung Nr. [2024 0012 345] vom 3. Mai",
    "en, groups": "invoice number [415-555-1234]",
    "date": "Rechnung 03.05.2024 und facture 03 05 2024",
}


@pytest.mark.parametrize(
    ("entity", "case"),
    [
        (entity, case)
        for entity, cases in (
            ("PHONE_NUMBER", PHONE_NUMBER), ("CREDIT_CARD", CREDIT_CARD), ("ACCOUNT_NUMBER", ACCOUNT_NUMBER),
        )
        for case in cases.items()
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else given,
)  # fmt: skip
def test_a_number_is_what_its_word_says(entity: str, case: tuple[str, str]) -> None:
    check(entity, case[1])

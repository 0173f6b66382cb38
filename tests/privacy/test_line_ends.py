"""Values that a mail program wrapped, with and without quote marks, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.privacy.anonymizer import Anonymizer
from triage.privacy.detection.line_ends import joined
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.tokens import pseudonym

WRAPPED = {
    "IBAN in groups": ("IBAN_CODE", "auf [DE34 3704 0044\n0987 6543 21] überweisen", "de", "DE34370400440987654321"),
    "IBAN inside a group": ("IBAN_CODE", "IBAN [DE34370400440\n987654321] danke", "de", "DE34370400440987654321"),
    "IBAN over three lines": ("IBAN_CODE", "IBAN: [gb29 nwbk\n6016 1331 9268\n19] please", "en", "GB29NWBK60161331926819"),
    "IBAN with hyphens": ("IBAN_CODE", "[GB29-NWBK-6016-\n1331-9268-19] ok", "en", "GB29NWBK60161331926819"),
    "IBAN in a quote": ("IBAN_CODE", "> Le compte [FR14 2004 1010\n> 0505 0001 3M02 606]\n> merci", "fr", "FR1420041010050500013M02606"),
    "IBAN in one word and a rest": ("IBAN_CODE", "> het Zwitserse [CH9300762011\n> 623852957].", "nl", "CH9300762011623852957"),
    "IBAN in a nested quote": ("IBAN_CODE", ">> konto [PL61 1090 1014 0000\n>> 0712 1981 2874] dziękuję", "pl", "PL61109010140000071219812874"),
    "IBAN before capitals": ("IBAN_CODE", "til [DK50 0040 0440\n1162 43] BIC DABADKKK", "da", "DK5000400440116243"),
    "IBAN with a no-break space": ("IBAN_CODE", "conto [IT60\u00a0X054\n2811101000000123456] grazie", "it", "IT60X0542811101000000123456"),
    "card in groups": ("CREDIT_CARD", "my card is [4111 1111\n1111 1111], exp", "en", "4111111111111111"),
    "card with hyphens": ("CREDIT_CARD", "Karte [4111-1111-\n1111-1111] bitte", "de", "4111111111111111"),
    "card in one word": ("CREDIT_CARD", "la tarjeta [41111111\n11111111] por", "es", "4111111111111111"),
    "card in a quote": ("CREDIT_CARD", "> kartą [5500 0000 0000\n> 0004]. Dziękuję", "pl", "5500000000000004"),
    "card behind the first group": ("CREDIT_CARD", "kort [4111\n1111 1111 1111] tak", "sv", "4111111111111111"),
    "card of fifteen digits": ("CREDIT_CARD", "amex [3782 822463\n10005] thanks", "en", "378282246310005"),
    "phone behind the area code": ("PHONE_NUMBER", "unter [+49 30\n901820155] immer", "de", "+4930901820155"),
    "phone in its last group": ("PHONE_NUMBER", "Tél. [01 42 68\n> 53 00], merci", "fr", "0142685300"),
    "phone, a rest alone": ("PHONE_NUMBER", "call [+49 30 901820\n155].", "en", "+4930901820155"),
    "phone behind a hyphen": ("PHONE_NUMBER", "bel [+31 20 794-\n0018]. Graag", "nl", "+31207940018"),
    "phone behind a slash": ("PHONE_NUMBER", "Telefon [0711 /\n234567] abends", "de", "0711234567"),
    "phone behind its country": ("PHONE_NUMBER", "llame al [+34\n612 345 678] hoy", "es", "+34612345678"),
    "British phone": ("PHONE_NUMBER", "ring me on phone [020 7946\n0018] please", "en", "+442079460018"),
    "tax number": ("NATIONAL_ID", "Steuer-ID ist [47 036\n892 816] danke", "de", "47 036 892 816"),
    "French number": ("NATIONAL_ID", "numéro [1 85 05 78\n006 084 91] voilà", "fr", "1 85 05 78 006 084 91"),
    "insurance number": ("NATIONAL_ID", "NINO: [AB 12 34\n56 C] ok", "en", "AB 12 34 56 C"),
    "NHS number in a quote": ("NATIONAL_ID", "> NHS [943 476\n> 5919] thanks", "en", "943 476 5919"),
    "social security number": ("US_SSN", "SSN [219-09-\n9999] is mine", "en", "219-09-9999"),
    "customer's number": ("ACCOUNT_NUMBER", "Kundennummer [KD-4711-\n2288] ist", "de", "KD-4711-2288"),
    "order number in a quote": ("ACCOUNT_NUMBER", "> order number [AB-77/\n> 2023-11] please", "en", "AB-77/2023-11"),
    "address in its domain": ("EMAIL_ADDRESS", "an [kasimir.wollny@pilz\nhof.example] bitte", "de", "kasimir.wollny@pilzhof.example"),
    "address behind the at": ("EMAIL_ADDRESS", "a [kasimir.wollny@\npilzhof.example]", "it", "kasimir.wollny@pilzhof.example"),
    "address before the at": ("EMAIL_ADDRESS", "> naar [kasimir.wollny\n> @pilzhof.example]", "nl", "kasimir.wollny@pilzhof.example"),
    "address behind a point in angle brackets": ("EMAIL_ADDRESS", "<[kasimir.\nwollny@pilzhof.example]>", "en", "kasimir.wollny@pilzhof.example"),
    "address behind an underscore": ("EMAIL_ADDRESS", "do [kasimir_\nwollny@pilzhof.example]", "pl", "kasimir_wollny@pilzhof.example"),
    "address before its last part": ("EMAIL_ADDRESS", "à [kasimir.wollny@pilzhof\n.example] svp", "fr", "kasimir.wollny@pilzhof.example"),
    "web address behind a slash": ("URL", "see [https://pilzhof.example/users/\nb7f3] now", "en", "https://pilzhof.example/users/b7f3"),
    "web address inside a word": ("URL", "siehe [https://pilzhof.example/users/kas\nimir/profile] dort", "de", "https://pilzhof.example/users/kasimir/profile"),
    "web address in its query": ("URL", "> voir [https://pilzhof.example/x?user=\n> kasimir] merci", "fr", "https://pilzhof.example/x?user=kasimir"),
    "web address before its query": ("URL", "[https://pilzhof.example/x\n?user=kasimir] tak", "da", "https://pilzhof.example/x?user=kasimir"),
    "web address before a path": ("URL", "se [www.pilzhof.example\n/kasimir/7] her", "da", "www.pilzhof.example/kasimir/7"),
    "web address behind a hyphen": ("URL", "[https://pilzhof.example/a-\nb7f3-kasimir] ok", "en", "https://pilzhof.example/a-b7f3-kasimir"),
    "street before its number": ("STREET_ADDRESS", "an die [Bahnhofstraße\n12, 80331 München]", "de", "Bahnhofstraße 12, 80331 München"),
    "street in a quote": ("STREET_ADDRESS", "> Adresse: [Lindenweg\n> 7a, 20095 Hamburg]", "de", "Lindenweg 7a, 20095 Hamburg"),
    "street before its way": ("STREET_ADDRESS", "at [12 Main\nStreet, Springfield, IL 62704]", "en", "12 Main Street, Springfield, IL 62704"),
}  # fmt: skip


@pytest.mark.parametrize(("entity", "marked", "language", "plain"), WRAPPED.values(), ids=WRAPPED)
def test_a_wrapped_value_is_found_whole_and_has_the_token_of_one_in_one_line(
    entity: str, marked: str, language: str, plain: str, anonymizer: Anonymizer, keys: Keys
) -> None:
    before, value, after = marked.replace("]", "[").split("[")
    text = before + value + after
    found = [text[s.start : s.end].strip() for s in anonymizer.detect(text, {}, language) if s.entity == entity]
    assert found == [value]
    if entity not in ("CREDIT_CARD", "NATIONAL_ID") or "-" not in value:
        assert pseudonym(entity, value, keys) == pseudonym(entity, plain, keys)


KEPT = {
    "count behind a phone number": ("Tel. 030 901820\n12 Stühle bestellt", "12 Stühle", "de"),
    "year behind a phone number": ("Tel. 030 9018201\n2024 war gut", "2024 war", "de"),
    "list behind a number": ("Meeting key: 027159\n3. Access", "3. Access", "en"),
    "sentence behind a web address": ("see https://pilzhof.example/\nfor details", "for details", "en"),
    "sentence behind a complete address": ("mail an anna@hof.example\nund dann", "und dann", "de"),
    "two words with a slash": ("see https://pilzhof.example/a\nand/or ask", "and/or ask", "en"),
    "line of underscores": ("www.pilzhof.example\n__________", "__________", "en"),
    "line of hyphens": ("https://pilzhof.example/x\n----------", "----------", "en"),
    "count behind a web address": ("at https://pilzhof.example/a\n12 chairs", "12 chairs", "en"),
    "country of an account": ("> und das Schweizer CH9300762011\n> 623852957.", "Schweizer", "de"),
    "table of figures": ("2023 1200\n2024 3400", "\n", "en"),
    "amounts": ("Betrag 1.200,00\n2.400,00 EUR", "1.200,00\n2.400,00 EUR", "de"),
    "items in a list": ("- 12 bolts\n- 14 nuts\n- 16 screws", "- 12 bolts\n- 14 nuts\n- 16 screws", "en"),
    "postcode before a phone number": ("Houston, Texas 77210\n281.423.5360", "\n", "en"),
}


@pytest.mark.parametrize(("text", "kept", "language"), KEPT.values(), ids=KEPT)
def test_a_hard_line_end_parts_values(text: str, kept: str, language: str, anonymizer: Anonymizer) -> None:
    start = text.index(kept)
    found = anonymizer.detect(text, {}, language)
    assert [text[s.start : s.end] for s in found if s.start < start + len(kept) and s.end > start] == []


@given(st.text(st.sampled_from("a0 @./-\n>=:?"), max_size=80))
def test_a_stretch_has_its_characters_where_it_says(text: str) -> None:
    for stretch in joined(text, "en"):
        assert all(text[at] == "\n" for at in stretch.ends)
        for position, character in enumerate(stretch.text):
            source = text[stretch._source(position)]
            assert source == character or (source == "\n" and character == " ")

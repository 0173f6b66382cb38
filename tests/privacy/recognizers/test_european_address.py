"""Street addresses in the forms of Europe's languages; sentences with the same words are none."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check
from triage.config import load_settings
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.pseudonyms.keys import keys_from_secret

CASES = {
    "it": "abito in [via Garibaldi 12, 20121 Milano]",
    "it square": "[Piazza del Duomo, 3]",
    "it province": "[Corso Vittorio Emanuele II, n. 45 - 10123 Torino (TO)]",
    "it letter": "[viale Monza 12/B, int. 3]",
    "nl": "[Kerkstraat 12, 1017 GP Amsterdam]",
    "nl code without comma": "[Plein 12 1234 AB Utrecht]",
    "nl part": "[Prinsengracht 263 hs, 1016 GV Amsterdam]",
    "nl box": "[Postbus 1234, 3000 AB Rotterdam]",
    "be nl": "[Wetstraat 16 bus 3, 1000 Brussel]",
    "be fr": "[Rue de la Loi 16 bte 3, 1000 Bruxelles]",
    "pt": "[Rua Augusta, n.º 12, 1100-053 Lisboa]",
    "pt floor": "[Avenida da Liberdade, 110, 3.º Dto]",
    "pt plot": "[Travessa do Carmo, lote 5]",
    "pt lines": "[Rua do Ouro 12 - 2.º Esq.\n1100-061 Lisboa]",
    "es floor": "[Calle Mayor 12, 3º izq., 28013 Madrid]",
    "es without number": "[C/ de la Rosa s/n]",
    "pl": "[ul. Marszałkowska 12/3, 00-950 Warszawa]",
    "pl flat": "[al. Jerozolimskie 44 m. 5]",
    "pl in a sentence": "mieszkam przy [ulicy Długiej 12]",
    "pl box": "[skr. poczt. 12]",
    "da": "[Nørregade 12, 2. th., 2100 København Ø]",
    "da ground floor": "[Vestergade 5, st. tv.]",
    "da letter": "[Strandvejen 45 B]",
    "sv": "[Storgatan 12, 123 45 Stockholm]",
    "sv flat": "[Kungsvägen 5 lgh 1201]",
    "sv box": "[Box 123, 101 23 Stockholm]",
    "nb": "[Karl Johans gate 12, 0154 Oslo]",
    "fi": "[Mannerheimintie 12 A 5, 00100 Helsinki]",
    "at stairs": "[Mariahilfer Straße 12/3/5, 1060 Wien]",
    "at flat": "[Graben 12, Top 5, 1010 Wien]",
    "ch": "[Bahnhofplatz 1\nCH-8001 Zürich]",
    "cs": "[nám. Míru 5]",
    "hu": "[1051 Budapest, Váci utca 12]",
    "ro": "[Str. Mihai Eminescu nr. 12, bl. A, sc. 2, ap. 15]",
    "tr": "[Atatürk Caddesi No: 12 Kat 3]",
    "el": "[Οδός Ερμού 12, 105 63 Αθήνα]",
    "ru": "[ул. Ленина, д. 12, кв. 5]",
    "en tokens apart": "to [3 Park Ave . , 26th Floor , New York]",
    "en box, tokens apart": "[P . O . Box 4321]",
    "en box": "[P. O. Box 1234, Houston, TX 77002]",
    "care of": "c/o [Müller]",
    "care of, apart": "c / o [Anna Berg]",
    "en sentence": "Box 123 of the shipment, plan 3, top 5 of the list",
    "en endings": "Spring 12 and Monitoring 5, Notepad 3",
    "de endings": "Bahnhof 3, Supermarkt 12",
    "sv words": "I rummet plan 3, box 12",
    "nl words": "Het park 3 en de weg 5",
    "da words": "Jeg har 3 haver og 2 veje",
    "es law": "Véase el apartado 3 del artículo 6 y el apartado 19",
    "pt box": "[Apartado 123, 4000 Porto]",
    "fr words": "la place 12 et le cours 3",
}
LINES = {
    "postcode before a country": ("de", "Hauptstraße 12\n\n80331\n\nDeutschland", ("80331",)),
    "postcode quoted": ("en", "> 12 High Street\n>\n> 75002\n> France", ("75002",)),
    "postcode, pl": ("pl", "ul. Długa 5\n\n00-950\n\nPolska", ("00-950",)),
    "postcode and town, pt": ("pt", "Rua Augusta 12\n\n1100-053 Lisboa", ("1100-053",)),
    "postcode, sv": ("sv", "Storgatan 12\n\n123 45\n\nSverige", ("123 45",)),
    "postcode, fr": ("fr", "12 rue de la Paix\n\n75002\n\nFrance", ("75002",)),
    "number in a block of its own": ("de", "Lindenallee\n\n12\n\n04109 Leipzig", ("Lindenallee", "12", "04109")),
    "number in a line of its own, it": ("it", "Via Garibaldi\n12\n20121 Milano", ("Garibaldi", "12", "20121")),
}


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES)
def test_only_addresses_are_found(marked: str) -> None:
    check("STREET_ADDRESS", marked)


@pytest.mark.parametrize(("language", "text", "hidden"), LINES.values(), ids=LINES)
def test_an_address_goes_on_over_blank_lines(language: str, text: str, hidden: tuple[str, ...]) -> None:
    spans = Anonymizer(load_settings(), keys_from_secret(b"x" * 32)).detect(text, {}, language)
    for part in hidden:
        start = text.index(part)
        assert any(span.start <= start and start + len(part) <= span.end for span in spans)


def test_a_number_in_a_line_of_its_own_is_no_address() -> None:
    text = "Punkte\n12\n80331\n\n12 Main Street\n\n3\n\nitems"
    spans = Anonymizer(load_settings(), keys_from_secret(b"x" * 32)).detect(text, {}, "en")
    found = [text[span.start : span.end] for span in spans if span.entity == "STREET_ADDRESS"]
    assert found == ["12 Main Street"]

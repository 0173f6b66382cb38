"""What a word is in its own language: names of its countries, forms of them, and its ordinary words."""

from __future__ import annotations

import pytest

from triage.privacy.lexicon.local_names import base_name
from triage.privacy.lexicon.names import Kind, kind

NAMES = (Kind.GIVEN, Kind.SURNAME)

ORDINARY = {
    "it": "Fattura Buongiorno Cordiali Gentile Ordine Grazie Spedizione",
    "nl": "Factuur Bestelling Geachte Groet Bent Dag Levering",
    "pt": "Encomenda Obrigado Atenciosamente Estou Fatura Além Infelizmente",
    "pl": "Reklamacja Dzień Kierowca Proszę Pozdrawiam Zamówienie Faktura",
    "da": "Venlig Hilsen Emne Ordre Faktura Kasserne Hej",
    "sv": "Hälsningar Faktura Beställning Tack Även Enligt",
    "nb": "Faktura Bestilling Hilsen Takk Levering Også",
    "cs": "Faktura Objednávka Dobrý Vážený Prosím Děkuji",
    "fi": "Lasku Terveisin Hyvää Tilaus Kiitos Toimitus",
    "hu": "Számla Tisztelt Rendelés Köszönöm Szállítás",
    "ro": "Factură Bună Comandă Mulțumesc Stimate",
    "tr": "Fatura Sipariş Merhaba Saygılarımla Teşekkürler",
    "el": "Παραγγελία Καλημέρα Τιμολόγιο Ευχαριστώ",
    "ru": "Счёт Здравствуйте Заказ Спасибо Уважаемый",
    "uk": "Рахунок Замовлення Дякую Доброго",
}
"""Words of letters and invoices, by language, which are no names there."""

LISTED = {
    "it": "Giuseppe Chiara Esposito",
    "nl": "Jeroen Anneke Vermeulen",
    "pt": "João Beatriz Gonçalves",
    "pl": "Krzysztof Agnieszka Kowalczyk",
    "da": "Lars Mette Nielsen",
    "sv": "Björn Linnea Andersson",
    "cs": "Jiří Kateřina Novák",
    "fi": "Pekka Minna Korhonen",
    "hu": "István Katalin Szilágyi",
    "ro": "Gheorghe Ioana Popescu",
    "el": "Γιώργος Κατερίνα Παπαδόπουλος",
    "ru": "Сергей Ольга Иванов",
    "uk": "Олександр Оксана Шевченко",
}
"""Names of the language's countries."""

FORMS = {
    "pl": {"Wróblewskim": "wróblewski", "Tomka": "tomek", "Pawła": "paweł", "Agnieszką": "agnieszka"},
    "cs": {"Nováka": "novák", "Petrovi": "petr", "Pavla": "pavel", "Novákové": "nováková"},
    "ru": {"Иванову": "иванов", "Ольги": "ольга", "Сергеем": "сергей", "Дмитрия": "дмитрий"},
    "uk": {"Олександром": "олександр", "Оксану": "оксана"},
    "el": {"Γιώργου": "γιώργοσ", "Κατερίνας": "κατερίνα"},
    "fi": {"Virtasen": "virtanen", "Pekalle": "", "Virtaselle": "virtanen", "Minnalle": "minna"},
    "hu": {"Istvánnak": "istván", "Szilágyival": "szilágyi"},
    "ro": {"Ioanei": "ioana"},
    "tr": {"Mehmet'in": "mehmet"},
    "sv": {"Lindqvists": "lindqvist"},
}
"""Forms in a case, and the name in its first case; none where no rule of a regular ending leads there."""

EITHER = {"tr": "Deniz Barış", "ru": "Вера Роман", "fi": "Toivo", "da": "Dag", "el": "Ελπίδα", "hu": "Virág"}
"""Given names that are ordinary words, too."""


@pytest.mark.parametrize(("language", "word"), [(code, w) for code, words in ORDINARY.items() for w in words.split()])
def test_a_word_of_letters_is_no_name(language: str, word: str) -> None:
    assert kind(word, language) in (Kind.ORDINARY, Kind.RARE)


@pytest.mark.parametrize(("language", "word"), [(code, w) for code, words in LISTED.items() for w in words.split()])
def test_a_name_of_the_languages_countries_is_one(language: str, word: str) -> None:
    assert kind(word, language) in NAMES


@pytest.mark.parametrize(
    ("language", "form", "base"), [(c, f, b) for c, forms in FORMS.items() for f, b in forms.items()]
)
def test_a_form_in_a_case_leads_to_the_name(language: str, form: str, base: str) -> None:
    assert (base_name(form.casefold(), language) or "") == base


@pytest.mark.parametrize(("language", "word"), [(code, w) for code, words in EITHER.items() for w in words.split()])
def test_a_name_that_is_a_word_as_well_is_either(language: str, word: str) -> None:
    assert kind(word, language) is Kind.EITHER


def test_names_of_an_unknown_language_read_as_english() -> None:
    words = "Hall Mark Anna order Xeldrin".split()
    assert [kind(word, "und") for word in words] == [kind(word, "en") for word in words]

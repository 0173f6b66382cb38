"""Each person is a span of its own, which ends with its sentence or line, and what names nobody is none."""

from __future__ import annotations

import pytest

from triage.privacy.anonymizer import Anonymizer
from triage.privacy.detection.corrections import corrected, separated
from triage.privacy.detection.spans import Span, merge

PERSONS = {
    "next sentence behind a title": ("en", "Please ask Dr Abernathy. Could Jamal call me?", ["Dr Abernathy", "Jamal"]),
    "next sentence with a title": (
        "de",
        "Danke, Herr Weber. Können Sie Frau Lang fragen?",
        ["Herr Weber", "Frau Lang"],
    ),
    "next sentence in Polish": (
        "pl",
        "Rozmawiałem z Janem Wróblewskim. Mój numer nadal działa.",
        ["Janem Wróblewskim"],
    ),
    "two in German": ("de", "Anna Schmidt und Peter Braun kommen.", ["Anna Schmidt", "Peter Braun"]),
    "two in Spanish": ("es", "Hablé con Ana García y Luis Pérez ayer.", ["Ana García", "Luis Pérez"]),
    "two in Dutch": ("nl", "Ik sprak Anna de Vries en Jan Bakker.", ["Anna de Vries", "Jan Bakker"]),
    "two in Italian": ("it", "Ho visto Marco Rossi e Lucia Bianchi ieri.", ["Marco Rossi", "Lucia Bianchi"]),
    "three with commas": ("de", "Anna, Peter und Jonas kommen morgen.", ["Anna", "Peter", "Jonas"]),
    "one with y": ("es", "Lo dijo José Ortega y Gasset.", ["José Ortega y Gasset"]),
    "abbreviation": ("en", "I asked Mr. St. John again.", ["Mr. St. John"]),
    "initials": ("en", "I asked J. R. Abernathy again.", ["J. R. Abernathy"]),
    "question's verb": ("en", "Will Bill pay the invoice?", ["Bill"]),
    "name with the question's verb": ("en", "Will Smith paid the invoice.", ["Will Smith"]),
    "tool and person in French": ("fr", "Voici les clés Allen et la lettre de Paul Martin.", ["Paul Martin"]),
    "tools and person": ("en", "Bring an Allen key and a Phillips screwdriver, and ask Barry Olsen.", ["Barry Olsen"]),
    "greeting in French": ("fr", "Bonjour Solène,\nSuite à notre appel, voici la liste.", ["Solène"]),
    "address in the lines below": (
        "en",
        "Yours sincerely,\n\nRosalind Featherstonehaugh\nCustomer Care Manager\n12 Mill Lane, Harrogate HG1 2BW",
        ["Rosalind Featherstonehaugh"],
    ),
    "list of names": ("en", "Max Krause\nAnna Lund\nPeter Ott", ["Max Krause", "Anna Lund", "Peter Ott"]),
}


@pytest.mark.parametrize("case", PERSONS)
def test_each_person_is_a_span(case: str, anonymizer: Anonymizer) -> None:
    language, text, persons = PERSONS[case]
    spans = anonymizer.detect(text, language=language)
    assert [text[s.start : s.end] for s in spans if s.entity == "PERSON"] == persons


CUT = {
    "sentences": ("en", "Dr Abernathy. Could Jamal", ["Dr Abernathy", "Jamal"]),
    "ordinary word behind": ("pl", "Wróblewskim. Mój", ["Wróblewskim"]),
    "conjunction": ("de", "Anna Schmidt und Peter Braun", ["Anna Schmidt", "Peter Braun"]),
    "couple": ("fr", "M. et Mme Robins", ["M. et Mme Robins"]),
    "full names with a comma": ("en", "Anna Lund, Peter Ott", ["Anna Lund", "Peter Ott"]),
    "surname first": ("en", "Wood, Simon", ["Wood, Simon"]),
    "lines": ("en", "Max Krause\nAnna Lund", ["Max Krause", "Anna Lund"]),
    "digits": ("en", "Hegedus Gyula 76. Apt. 289 Budapest", ["Hegedus Gyula 76. Apt. 289 Budapest"]),
}


@pytest.mark.parametrize("case", CUT)
def test_a_merged_span_is_cut_between_persons(case: str) -> None:
    language, text, persons = CUT[case]
    spans = separated(text, [Span(0, len(text), "PERSON", 0.9)], language)
    assert [text[s.start : s.end] for s in spans] == persons


def test_every_word_stays_hidden_where_the_mails_people_may_be_ordinary_words() -> None:
    text = "Ask Adam Reader. Price knows"
    spans = separated(text, [Span(4, 22, "PERSON", 0.9)], "en", merged_with_people=True)
    assert [text[s.start : s.end] for s in spans] == ["Adam Reader", "Price"]


def test_an_address_ends_with_its_sentence() -> None:
    text = "12 rue Garibaldi, 69003 Lyon. Née"
    spans = separated(text, [Span(0, len(text), "STREET_ADDRESS", 0.7)], "fr")
    assert [text[s.start : s.end] for s in spans] == ["12 rue Garibaldi, 69003 Lyon"]


def test_a_person_and_an_address_that_overlap_stay_two() -> None:
    person, address = Span(0, 17, "PERSON", 0.6), Span(12, 30, "STREET_ADDRESS", 0.7)
    assert merge([person, address]) == [Span(0, 12, "PERSON", 0.6), address]


NOBODY = {
    "currency": ("ORGANIZATION", "en", "Total [CHF] 200"),
    "other currency": ("PERSON", "de", "Summe [PLN] 30"),
    "office behind a slash": ("PERSON", "en", "Shackleton/[HOU]/ECT"),
    "code before an at sign": ("ORGANIZATION", "en", "HOU/[ECT]@ECT"),
    "announces a number": ("ORGANIZATION", "en", "My [NI] number is"),
    "card": ("ORGANIZATION", "fr", "payé par [Visa] hier"),
    "tool": ("PERSON", "de", "ein Akku von [Makita] dazu"),
    "form words": ("ORGANIZATION", "fr", "[Service Client]\n"),
    "greeting": ("ORGANIZATION", "en", "[Dear Sirs],"),
    "short verb": ("PERSON", "it", "[Ho] scritto ieri"),
    "heading": ("PERSON", "de", "[Zwischensumme]\n"),
}


@pytest.mark.parametrize("case", NOBODY)
def test_what_names_nobody_is_no_finding(case: str) -> None:
    entity, language, marked = NOBODY[case]
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    assert list(corrected(text, [Span(start, end, entity, 0.45)], language)) == []


@pytest.mark.parametrize("name", ["Anna", "Enron", "Mark", "K.", "US", "Ed", "IBM"])
def test_a_name_stays_a_finding(name: str) -> None:
    span = Span(4, 4 + len(name), "PERSON", 0.45)
    assert list(corrected(f"Ask {name} today", [span], "en")) == [span]


GUESSES = {
    "Swedish reply": ("SV: Kartonger", 4, []),
    "Danish reply, with its prefix": ("SV: Kasser", 0, []),
    "German reply": ("AW: Kisten", 4, []),
    "Polish reply": ("Odp: Skrzynie", 5, []),
    "Finnish reply": ("VS: Laatikot", 4, []),
    "Italian reply in lower case": ("rif: Scatole", 5, []),
    "two words": ("SV: Volvo Lastvagnar", 4, ["Volvo Lastvagnar"]),
    "header field": ("Fra: Novo", 5, ["Novo"]),
    "no prefix": ("Volvo", 0, ["Volvo"]),
    "capitals": ("SV: VOLVO", 4, ["VOLVO"]),
}


@pytest.mark.parametrize("case", GUESSES)
def test_the_first_word_behind_a_reply_prefix_is_no_organization_on_a_guess(case: str) -> None:
    text, start, kept = GUESSES[case]
    spans = corrected(text, [Span(start, len(text), "ORGANIZATION", 0.45)], "sv")
    assert [text[s.start : s.end] for s in spans] == kept


CALLS = {
    "Danish, to": ("da", "Ring til Bodil.", "Ring", []),
    "Danish, to, behind a sentence": ("da", "Hvornår? Ring til Bodil.", "Ring", []),
    "Danish": ("da", "Ring Bodil i morgen.", "Ring Bodil", ["Bodil"]),
    "Swedish": ("sv", "Ring Torbjörn i morgen.", "Ring Torbjörn", ["Torbjörn"]),
    "Swedish, another verb": ("sv", "Kontakta Gunvor i dag.", "Kontakta Gunvor", ["Gunvor"]),
    "Norwegian": ("nb", "Ring Solveig i dag.", "Ring Solveig", ["Solveig"]),
    "Finnish": ("fi", "Soita Väinö Hautsalo.", "Soita Väinö Hautsalo", ["Väinö Hautsalo"]),
    "Czech": ("cs", "Volejte Dobromil Zástěra.", "Volejte Dobromil Zástěra", ["Dobromil Zástěra"]),
    "the word as a surname": ("sv", "Ring har svarat.", "Ring", ["Ring"]),
    "a surname that begins like it": ("sv", "Ringborg har svarat.", "Ringborg", ["Ringborg"]),
    "inside a sentence": ("sv", "Det var Ring Torbjörn.", "Ring Torbjörn", ["Ring Torbjörn"]),
    "double name": ("sv", "Ring-Ek har svarat.", "Ring-Ek", ["Ring-Ek"]),
}


@pytest.mark.parametrize("case", CALLS)
def test_a_word_that_calls_for_a_person_is_no_part_of_the_name(case: str) -> None:
    language, text, found, kept = CALLS[case]
    start = text.index(found)
    spans = corrected(text, [Span(start, start + len(found), "PERSON", 0.45)], language)
    assert [text[s.start : s.end] for s in spans] == kept


NOUNS = {
    "cellar": "Der Boiler im Keller tropft seit gestern.",
    "well": "Wir treffen uns am Brunnen.",
    "forest": "Die Kisten liegen ins Wald getragen.",
    "field": "Er stellt das Regal aufs Feld.",
}


@pytest.mark.parametrize("case", NOUNS)
def test_a_surname_behind_a_preposition_with_its_article_is_a_thing(case: str, anonymizer: Anonymizer) -> None:
    assert anonymizer.detect(NOUNS[case], language="de") == []

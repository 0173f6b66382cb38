"""Each person is a span of its own, which ends with its sentence or line, and what names nobody is none."""

from __future__ import annotations

import random

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


def test_a_third_span_does_not_join_what_was_parted() -> None:
    spans = [Span(0, 20, "PERSON", 0.8), Span(5, 30, "STREET_ADDRESS", 0.7), Span(6, 10, "PERSON", 0.6)]
    assert merge(spans) == [Span(0, 20, "PERSON", 0.8), Span(20, 30, "STREET_ADDRESS", 0.7)]


@pytest.mark.parametrize("seed", range(300))
def test_merged_spans_cover_the_same_characters_once(seed: int) -> None:
    drawn = random.Random(seed)
    starts = [drawn.randrange(40) for _ in range(drawn.randint(1, 9))]
    entities = ("PERSON", "STREET_ADDRESS", "LOCATION", "EMAIL_ADDRESS")
    spans = [Span(s, s + drawn.randint(1, 25), drawn.choice(entities), drawn.choice((0.4, 0.7, 0.9))) for s in starts]
    covered = [place for span in merge(spans) for place in range(span.start, span.end)]
    assert covered == sorted({place for span in spans for place in range(span.start, span.end)})


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


STANDING = {
    "greeting in lower case": ("en", "hi [ben], can you send the report?", 0.9),
    "short greeting in lower case": ("de", "hallo [al], wie geht es?", 0.9),
    "greeting in lower case, Dutch": ("nl", "hoi [ben], tot morgen", 0.9),
    "greeting in lower case, Arabic name": ("en", "dear [bin], see below", 0.7),
    "given name and particle, a guess": ("en", "ask [ben] about it", 0.45),
    "given names between slashes": ("en", "Ask PETER/[JAMES]/OLIVER to sign.", 0.45),
    "short given names between slashes": ("en", "Ask LEE/[JIM]/TIM now.", 0.45),
    "first of the slashes": ("es", "Firma: [ANA]/LUIS/EVA", 0.45),
    "surnames between slashes": ("de", "Urlaub: SCHMIDT/[MEIER]/KOCH", 0.45),
    "last of the slashes": ("de", "Urlaub: SCHMIDT/MEIER/[KOCH]", 0.45),
    "mention": ("de", "@[MARTINA] bitte prüfen", 0.45),
    "mention inside a line": ("de", "cc @[SCHNEIDER] bitte", 0.45),
    "short mention": ("fr", "@[EVA] merci de vérifier", 0.45),
    "unlisted between slashes, surely": ("sv", "Fråga OLA/[ZORA]/PER.", 0.9),
    "tool's noun as a verb": ("en", "[Stanley] keys in the orders.", 0.45),
    "tool's noun as a verb, surer": ("en", "and then [Allen] bolts the door.", 0.6),
    "tool's noun behind a question's verb": ("en", "Can [Phillips] bolt the door?", 0.4),
    "tool's noun with its adverb": ("en", "Let [Stanley] key in the orders.", 0.45),
    "head of a department": ("en", "Ask [Allen] head of sales", 0.6),
    "German keys for somebody": ("de", "Gib [Stanley] Schlüssel und Karte.", 0.45),
    "French verb": ("fr", "Je vis [Allen] hier.", 0.6),
}


@pytest.mark.parametrize("case", STANDING)
def test_a_name_that_looks_like_a_code_a_particle_or_a_tool_stays(case: str) -> None:
    language, marked, score = STANDING[case]
    start, end = marked.index("["), marked.index("]") - 1
    span = Span(start, end, "PERSON", score)
    assert list(corrected(marked.replace("[", "").replace("]", ""), [span], language)) == [span]


SURELY_NOBODY = {
    "office": ("Sara Shackleton/[HOU]/ECT@ECT", 0.9),
    "office that is a name, too": ("Sara Shackleton/[NA]/ENRON@ENRON", 0.9),
    "office behind an at sign": ("Sara Shackleton/HOU/ECT@[ECT]", 0.9),
    "office before an at sign": ("Sara Shackleton/HOU/[ECT]@ECT", 0.9),
    "office with a company's name": ("John Lavorato/[SFO]/Enron Corp@ENRON", 0.6),
    "tool": ("Bring an [Allen] key", 0.6),
    "tool in the plural": ("Bring the [Allen] keys", 0.6),
    "set of tools": ("Bring a set of [Allen] keys", 0.6),
    "counted tools": ("Bring 3 [Phillips] screws", 0.6),
    "screws in French": ("les vis [Allen]", 0.6),
    "key in Spanish": ("la llave [Allen]", 0.6),
    "tool without a determiner": ("[Phillips] screwdriver missing", 0.4),
}


@pytest.mark.parametrize("case", SURELY_NOBODY)
def test_a_tool_or_an_office_is_no_finding(case: str) -> None:
    marked, score = SURELY_NOBODY[case]
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    assert list(corrected(text, [Span(start, end, "PERSON", score)], "en")) == []


@pytest.mark.parametrize("name", ["Anna", "Enron", "Mark", "K.", "US", "Ed", "IBM"])
def test_a_name_stays_a_finding(name: str) -> None:
    span = Span(4, 4 + len(name), "PERSON", 0.45)
    assert list(corrected(f"Ask {name} today", [span], "en")) == [span]


QUESTIONS = {
    "verb": ("Will Bill", "pay?", 0.45, "Bill"),
    "verb before a given name that is a surname, too": ("Will James", "pay?", 0.8, "James"),
    "another verb": ("May Anna", "join us?", 0.8, "Anna"),
    "verb before a word": ("Will Mark", "be there?", 0.45, "Mark"),
    "verb that is a Turkish name": ("Can Peter", "sign this?", 0.8, "Peter"),
    "verb that is no name": ("Did Robinson", "sign this?", 0.8, "Robinson"),
    "name": ("Will Robinson", "join the call?", 0.9, "Will Robinson"),
    "name by lists": ("Will Robinson", "join the call?", 0.8, "Will Robinson"),
    "another name": ("May Parker", "join us?", 0.8, "May Parker"),
    "name with a noun": ("Will Hunt", "be there?", 0.45, "Will Hunt"),
    "Turkish name": ("Can Yılmaz", "join the call?", 0.8, "Can Yılmaz"),
    "name with two given names, surely": ("Will James", "join the call?", 0.9, "Will James"),
    "no question": ("Will Bill", "pay.", 0.45, "Will Bill"),
}


@pytest.mark.parametrize("case", QUESTIONS)
def test_a_questions_verb_is_no_part_of_the_name(case: str) -> None:
    name, rest, score, kept = QUESTIONS[case]
    text = f"{name} {rest}"
    spans = corrected(text, [Span(0, len(name), "PERSON", score)], "en")
    assert [text[s.start : s.end] for s in spans] == [kept]


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

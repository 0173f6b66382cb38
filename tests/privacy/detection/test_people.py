"""Mentions of a mail's own people: forms of their names, and names in scripts without blanks."""

from __future__ import annotations

import pytest

from triage.privacy.detection.people import People
from triage.privacy.detection.spans import Span

MENTIONS = {
    "Greek genitive": ("el", "Φωτεινή Καραγιάννη", "Παραγγελία της [Φωτεινής]"),
    "Polish cases": ("pl", "Jolanta Zawadzka", "Dzwoniłem do [Jolanty Zawadzkiej] wczoraj."),
    "Polish surname in -ski": ("pl", "Jan Kowalski", "Pytałem [Jana Kowalskiego] i potem [Kowalskiego]."),
    "Russian cases": ("ru", "Ирина Смирнова", "Письмо [Ирины Смирновой] пришло."),
    "Ukrainian cases": ("uk", "Богдан Гречко", "Лист для [Богдана] надіслано."),
    "Czech cases": ("cs", "Zbyněk Doležal", "Volal jsem pana [Doležala] včera."),
    "German genitive": ("de", "Anna Kirchhoff", "Das ist [Annas] Brief, die Annahme war gestern."),
    "Danish genitive": ("da", "Bodil Kjærsgaard", "Det er [Bodils] kasse."),
    "Finnish case": ("fi", "Pirjo Hautala", "Laskuta [Pirjolta] maksu."),
    "Hungarian case": ("hu", "Ildikó Bárány", "Kérdezze meg [Ildikótól] is."),
    "Turkish apostrophe": ("tr", "Tuğrul Özdemir", "Dün [Tuğrul'un] siparişi geldi."),
    "English keeps to its own form": ("en", "Ann Lee", "We saw [Ann's] lees."),
    "two sentences are two mentions": ("ru", "Ирина Смирнова", "Письмо [Ирины Смирновой]. [Ирине] ответ."),
    "Japanese surname in a sentence": ("ja", "長谷川 みどり", "[長谷川]が送ります。[みどり]さんにも。"),
    "Japanese name without its blank": ("ja", "長谷川 みどり", "件名:[長谷川みどり]の箱"),
    "Japanese name written in one": ("ja", "神宮寺亮", "[神宮寺]に連絡、[亮]さんへ。明亮な部屋。"),
    "Japanese surname of one letter": ("ja", "林 太郎", "[林]様、林業と小林さんは別です。"),
    "Japanese surname as a line": ("ja", "林 太郎", "発送します。\n[林]"),
    "Chinese full name and honorifics": ("zh", "王芳", "请[王芳]来。[王]女士，王国。芳草。"),
    "Chinese compound surname": ("zh", "欧阳建国", "[欧阳]先生说，[欧阳建国]来。"),
    "Korean name and its parts": ("ko", "김민수", "[민수]가 왔어요. [김] 과장님. [김민수]는 김치를 샀다."),
    "Korean name inside a word": ("ko", "김민수", "서민수당"),
    "Korean name in the text of another language": ("en", "김민수", "Ask [김민수] about it."),
}
FULL_NAMES = {
    "Italian number": ("it", "Eleonora Quaranta", "Ho visto [Eleonora Quaranta] e quaranta scatole."),
    "German number": ("de", "Erika Sechzig", "Gestern war [Erika Sechzig] hier."),
    "Greek happiness": ("el", "Ευτυχία Λαμπροπούλου", "> [Ευτυχία Λαμπροπούλου], τηλ."),
    "surname first": ("de", "Erika Sechzig", "Sechzig Kisten. [Sechzig Erika]"),
    "double surname": ("fr", "Odile Lenoir-Petit", "Le colis de [Odile Lenoir-Petit] est petit."),
    "genitive": ("en", "Hepzibah Counter", "I saw [Hepzibah Counter's] desk at the counter."),
    "lower case is no name": ("de", "Erika Sechzig", "Mit [Erika] sechzig Kisten."),
    "another's word": ("de", "Erika Sechzig", "Für [Erika] Rechnungen schreiben."),
}


@pytest.mark.parametrize(("language", "name", "marked"), FULL_NAMES.values(), ids=FULL_NAMES)
def test_the_ordinary_words_of_a_name_beside_it_are_part_of_the_mention(language: str, name: str, marked: str) -> None:
    people, text = People(language), marked.replace("[", "").replace("]", "")
    people.learn(name, [Span(0, len(name), "PERSON", 0.9)])
    for span in sorted(people.find(text), reverse=True):
        text = f"{text[: span.start]}[{text[span.start : span.end]}]{text[span.end :]}"
    assert text == marked


FULL = {
    "part": ("ja", "長谷川 みどり", "長谷川", "長谷川 みどり"),
    "joined": ("ja", "長谷川 みどり", "長谷川みどり", "長谷川 みどり"),
    "as written": ("zh", "王芳", "王芳", "王芳"),
    "surname": ("ko", "김민수", "김", "김민수"),
    "Greek genitive": ("el", "Φωτεινή Καραγιάννη", "Φωτεινής", "φωτεινή καραγιάννη"),
    "Polish genitive": ("pl", "Jolanta Zawadzka", "Jolanty Zawadzkiej", "jolanta zawadzka"),
    "German surname in s behind a title": ("de", "Peter Braun", "Frau Peters", "Frau Peters"),
    "German surname in s": ("de", "Martin Marten", "Martens", "Martens"),
    "surname in s of a neighbour's list": ("de", "Jacob Braun", "Herr Jacobs", "Herr Jacobs"),
    "given name in s": ("da", "Han Lund", "Hans", "Hans"),
    "Dutch surname in s": ("nl", "Willem Bakker", "Willems", "Willems"),
    "Swedish mail and an English surname": ("sv", "Robert Lund", "Roberts", "Roberts"),
    "full name in s": ("de", "Peter Jacob", "Peter Jacobs", "Peter Jacobs"),
    "unlisted surname behind a title": ("de", "Anna Kirchhoff", "Frau Kirchhoffs", "Frau Kirchhoffs"),
    "German genitive": ("de", "Anna Kirchhoff", "Kirchhoffs", "anna kirchhoff"),
    "German genitive of a full name": ("de", "Anna Kirchhoff", "Anna Kirchhoffs", "anna kirchhoff"),
    "Danish genitive": ("da", "Bodil Kjærsgaard", "Bodils", "bodil kjærsgaard"),
    "listed name that is the participant's": ("de", "Hans Peters", "Herr Peters", "hans peters"),
    "Czech genitive beside a title": ("cs", "Zbyněk Doležal", "Dr. Doležala", "zbyněk doležal"),
    "another's name between": ("pt", "Maria Silva", "Maria Costa Silva", "Maria Costa Silva"),
    "another's second given name": ("en", "Peter Wood", "Peter Hannah Wood", "Peter Hannah Wood"),
    "another's second surname": ("es", "Ana García", "Ana García Moreno", "Ana García Moreno"),
    "son": ("en", "John Wood", "John Wood Jr", "John Wood Jr"),
    "unlisted name between": ("de", "Anna Kirchhoff", "Anna Wuxpertz Kirchhoff", "Anna Wuxpertz Kirchhoff"),
    "double surname of another": ("de", "Anna Maria Koch", "Anna Maria Lang-Koch", "Anna Maria Lang-Koch"),
    "another's initial": ("en", "Maria J. Silva", "Maria K. Silva", "Maria K. Silva"),
    "initial of no word of the name": ("pt", "Maria Costa Silva", "Maria K. Silva", "Maria K. Silva"),
    "initial and one word": ("en", "Maria Silva", "J. Silva", "J. Silva"),
    "initial": ("en", "Maria Silva", "J. Maria Silva", "maria silva"),
    "initial of a word of the name": ("pt", "Maria Costa Silva", "Maria C. Silva", "maria costa silva"),
    "particle": ("pt", "Maria Silva", "Maria da Silva", "maria silva"),
    "title of the language": ("da", "Bodil Kjærsgaard", "Fru Bodil Kjærsgaard", "bodil kjærsgaard"),
    "title in s languages": ("de", "Peter Braun", "Herr Doktor Peter Braun", "peter braun"),
    "shorter": ("pt", "Maria Costa Silva", "Maria Silva", "maria costa silva"),
    "ordinary word before it": ("en", "Hannah Wood", "CV Hannah Wood", "hannah wood"),
    "ordinary word behind it": ("de", "Anna Kirchhoff", "Anna Kirchhoff Lebenslauf", "anna kirchhoff"),
    "ordinary word between": ("it", "Anna Ferrari", "Anna Quaranta Ferrari", "Anna Quaranta Ferrari"),
    "stranger": ("pl", "Jolanta Zawadzka", "Witold", "Witold"),
}


@pytest.mark.parametrize(("language", "name", "marked"), MENTIONS.values(), ids=MENTIONS)
def test_mention(language: str, name: str, marked: str) -> None:
    people, text = People(language), marked.replace("[", "").replace("]", "")
    people.add_participant(name, "someone@a.example")
    found = sorted({(span.start, span.end) for span in people.find(text)})
    for start, end in reversed(found):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    assert text == marked


@pytest.mark.parametrize(("language", "name", "value", "expected"), FULL.values(), ids=FULL)
def test_full_name_of_a_mention(language: str, name: str, value: str, expected: str) -> None:
    people = People(language)
    people.add_participant(name, "someone@a.example")
    assert people.canonical(value) == expected


def test_two_people_of_one_surname_keep_what_was_written() -> None:
    people = People("ja")
    for name in ("長谷川 みどり", "長谷川 亮"):
        people.add_participant(name, "someone@a.example")
    assert people.canonical("長谷川") == "長谷川"

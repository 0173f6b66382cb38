"""Dates of birth: announced in the languages of Europe, in any of its forms; other dates stay what they are."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

CASES = {
    "de verb": "geboren am [04.07.1961] in Wien",
    "de verb after a place": "Anna, geboren in Bad Ischl, am [4. Juli 1961]",
    "de verb behind": "Am [04.07.1961] in Wien geboren",
    "de abbreviated": "Herr K., geb. [04.07.61], Monteur",
    "de weekday": "geboren am Freitag, den [4. Juli 1961]",
    "de form with its pattern": "Geburtsdatum (TT.MM.JJJJ): [04.07.1961]",
    "de line end": "sie ist geboren am\n  [4.7.1961] und",
    "de star": "Max Muster, * [04.07.1961] in Wien",
    "de star in brackets": "(* [4. Juli 1961])",
    "de star at the line's begin": "* [04.07.1961]\n* Abitur 1980",
    "fr feminine": "née le [3 mars 1984] à Lyon",
    "fr after a place": "né à Lyon le [3 mars 1984]",
    "fr maiden name": "née Dupont le [3 mars 1984]",
    "fr either": "né(e) le : [03/03/1984]",
    "fr label": "Date de naissance : [1er mars 1984]",
    "en born": "born [21/09/1958], retired",
    "en born in a town": "She was born in Leeds on [21 September 1958].",
    "en month first": "He was born [March 3, 1984].",
    "en ordinal": "born on the [3rd of March 1984]",
    "en short": "my dob is [5/6/79] ok",
    "en dotted": "D.O.B. [03-03-84]",
    "en iso": "Date of birth: [1984-03-03]",
    "en digits only": "Date of birth [19840303]",
    "en label behind": "[3 March 1984] (DOB)",
    "en day without a year": "my birthday is on [3 June]",
    "en month and year": "born in [March 1984]",
    "es": "nacida el [3 de marzo de 1984]",
    "es label": "Fecha de nacimiento: [03/03/1984]",
    "it": "nato a Roma il [3 marzo 1984]",
    "it short": "n. il [3/3/1984]",
    "nl": "geboren te Gent op [3 maart 1984]",
    "nl label": "Geboortedatum: [03-03-1984]",
    "pt": "nascido em [3 de março de 1984]",
    "pt label": "Data de nascimento: [03/03/1984]",
    "pl": "urodzony [3 marca 1984] w Krakowie",
    "pl short": "ur. [3.03.1984] r.",
    "pl roman month": "[3 III 1984] urodzona",
    "da": "født den [3. marts 1984]",
    "da short": "Hr. Holm, f. [12.3.1980]",
    "sv": "född den [3 mars 1984]",
    "nb label": "Fødselsdato: [03.03.1984]",
    "fi": "Syntymäaika [3.3.1984]",
    "cs": "nar. [3. 3. 1984]",
    "sk": "Dátum narodenia: [3. marca 1984]",
    "hu": "született: [1984. március 3]",
    "hu behind": "[1984. március 3]-án született",
    "ro": "născută la [3 martie 1984]",
    "tr": "Doğum tarihi: [03.03.1984]",
    "hr": "datum rođenja: [3.3.1984]",
    "el": "Γεννήθηκα στις [3 Μαρτίου 1984]",
    "ru": "дата рождения: [03.03.1984]",
    "uk": "народилася [3 березня 1984]",
    "ja label": "生年月日: [1984年3月3日]",
    "ja behind": "[1984年3月3日]生まれ",
    "zh": "出生日期：[1984年3月3日]",
    "a meeting": "we meet on 21/09/2026 at 3",
    "a maiden name and a meeting": "Mme Martin, née Dupont, réunion le 3 mars 2026",
    "a list's bullet": "* 04.07.2026 Treffen\n* 05.07.2026 Abfahrt",
    "a thing's year": "the plan was born in 2019",
    "no date": "Born to run 3 miles",
    "another sentence": "Er ist geboren. Am 04.07.2026 kommt er",
    "born word behind a comma": "Der Termin ist am 04.07.2026, geboren ist noch keiner",
}


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES)
def test_only_dates_of_birth_are_found(marked: str) -> None:
    check("BIRTH_DATE", marked)

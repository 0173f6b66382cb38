"""Places, street addresses, nationalities, ages and dates, in the languages of the recognizers."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

STREET_ADDRESS = {
    "us with unit": "ship to [1400 Smith Street, Suite 3806A\nHouston, Texas 77002] today",
    "us, no way word": "office:\n[227 West Monroe\nChicago, IL 60606]\nPh: 312",
    "us avenue of": "at\n[1185 Avenue of the Americas\nNew York, NY 10036]\n",
    "us highway": "it is on [2210 Old Mill Road] near",
    "us postbox": "write to [P.O. Box 4778\nHouston, TX 77210] please",
    "us military": "send it to [Unit 4719 Box 7394\nDPO AP 70942] now",
    "us town and code": "in\n[Little Rock, AR 72221-5438]\n",
    "uk": "it is [221 Baker Street, London NW1 6XE] now",
    "uk with flat": "[Flat 3, 12 Harley Road, Leeds LS1 4DY]",
    "uk postcode": "near [SW1A 1AA] they said",
    "german": "liefern an [Heisenbergstraße 2, 48151 Münster] bitte",
    "german, lines": "Firma\n[Am Kupfergraben 6a\n10117 Berlin]\nTel. 030",
    "german, two words": "wohnt [Kleine Gasse 12, 50667 Köln] seitdem",
    "swiss": "wohnhaft: [Bahnhofstrasse 1, 8001 Zürich] seit",
    "french": "livrer au [12 rue de la Paix, 75002 Paris] merci",
    "french bis": "au [5 bis, avenue Foch, 69006 Lyon] merci",
    "spanish": "enviar a [Calle de Alcalá 45, 28014 Madrid] hoy",
    "spanish with floor": "vivo en [Avenida de América 12, 3º B, 28028 Madrid] hoy",
    "italian": "abito in [Via Giuseppe Garibaldi 14, 20121 Milano] da",
    "announced, no way word": "she lives at [172 Maneeži 75, Saareküla].",
    "corner": "meet at [the corner of 12 Elm Street and Oak Avenue] then",
    "postcode announced": "ZIP: [10115]",
    "lower case": "please return to [43 p.o. box 178] soon",
    "version": "Windows 10, Microsoft Office 2010 and R 4.2.1",
    "figure": "see Figure 3, Table 2 and Chapter 4, Section 1",
    "date": "on May 7, 2001 and December 28, Monday",
    "data": "Call 5 rows, 10 Data points and 3 key facts",
    "R code": "x <- rnorm(100); plot(x, main = 'Run 5')",
    "level": "moved to Level 21 this weekend",
    "single letters": "she lives at B 2, he at C 3",
}
LOCATION = {
    "country": "he moved to [Norway] and [Costa Rica] later",
    "town": "the office in [Reykjavik] and [Münster] closed",
    "state after town": "back in [Austin, TX] on Monday",
    "two words": "from [New York] to [San Francisco] by train",
    "wrapped": "from New\nOrleans".replace("New\nOrleans", "[New\nOrleans]"),
    "country with kind": "contra la [República de Polonia] presentada",
    "lower case": "we moved here from [tunisia] last year",
    "cue": "born in [Xeldrinow] as a child",
    "words that are towns too": "Nice, Reading and Most are words; Split it, Date it",
    "verbs": "turn it on, us too, we split the bath",
    "package": "library(paris) and see berlin.R",
}
NRP = {
    "english": "a [Norwegian] citizen and two [Turks]",
    "english, lower case": "i am [cambodian] but live elsewhere",
    "other words": "polish the silver, a scot free swede",
}
AGE = {
    "years old": "he is [34 years old] now",
    "aged": "a woman aged [34] came",
    "hyphens": "a [7-year-old] boy",
    "turned": "my brother just turned [32]",
    "duration": "it took 34 years and 5 months",
    "share": "aged 34% of it",
}
DATE = {
    "iso": "on [2023-05-01] it",
    "us": "on [5/12/1987] it",
    "written": "on [March 3, 2021] and [3rd of May 1999] it",
    "german": "am [3. Mai 1999] und [24.12.2020]",
    "french": "le [14 juillet 1989] à",
    "spanish": "el [3 de mayo de 1999] en",
    "version": "version 1.2.3 and 10.20.30.40",
}
OTHER_LANGUAGES = {
    ("NRP", "de"): "ein [türkischer] Staatsbürger und die [Polin]",
    ("NRP", "fr"): "un ressortissant [suédois] et une [Turque]",
    ("NRP", "es"): "un ciudadano [polaco] y dos [turcas]; indicaba libido",
    ("AGE", "de"): "eine [34-jährige] Frau, er ist [51 Jahre alt], seit 20 Jahren",
    ("AGE", "fr"): "âgé de [34 ans], depuis 20 ans",
    ("AGE", "es"): "tengo [34 años] y trabajo desde hace 20 años",
    ("LOCATION", "de"): "mit Ihren Namen in [Leipzig] und der [Schweiz]",
    ("LOCATION", "fr"): "le gouvernement du [Royaume-Uni] à [Strasbourg]",
    ("LOCATION", "es"): "el [Reino Unido] y [Suecia]; la Sala dictó",
}


@pytest.mark.parametrize(
    ("entity", "case"),
    [
        (entity, case)
        for entity, cases in (
            ("STREET_ADDRESS", STREET_ADDRESS), ("LOCATION", LOCATION), ("NRP", NRP), ("AGE", AGE), ("DATE", DATE),
        )
        for case in cases.items()
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else given,
)  # fmt: skip
def test_what_is_marked_is_covered_and_nothing_else(entity: str, case: tuple[str, str]) -> None:
    check(entity, case[1])


@pytest.mark.parametrize(("entity", "language"), OTHER_LANGUAGES)
def test_other_languages(entity: str, language: str) -> None:
    check(entity, OTHER_LANGUAGES[entity, language], language)

"""Passports, driving licences and licence plates."""

from __future__ import annotations

from triage.privacy.recognizers.forms import FormFinder, announced, form

_EDGE, _END = r"(?<![\w.\-/])", r"(?![\w]|[.\-/]\w)"
_PLATE_WORDS = (
    r"(?:licen[cs]e|number|registration|vehicle)[ ]plates?|licen[cs]e[ ]tag|registration(?:[ ](?:number|no|mark))?|reg(?:[ ]?no)?\.?|plates?|"
    r"kennzeichen|nummernschild|autonummer|kontrollschild|immatriculation|immatriculée?|plaque(?:[ ]d['’]immatriculation)?|matr[ií]cula|placa"
)


class Passport(FormFinder):
    """Numbers after a word for a passport."""

    entity = "PASSPORT"
    forms = (
        announced(
            r"passports?|pass[\- ]?(?:nummer|nr)\.?|reisepass(?:[\- ]?(?:nummer|nr)\.?)?|passeports?|pasaportes?|passaporto",
            r"(?=[A-Z]{0,3}\d)[A-Z]{0,3}[ ]?\d{6,9}[A-Z]?(?!\w)|(?=[CFGHJKLMNPRTVWXYZ\d]*\d)[CFGHJKLMNPRTVWXYZ0-9]{9}\d?(?!\w)|\d\d[A-Z]{2}\d{5}(?!\w)",
        ),
    )


class DriverLicense(FormFinder):
    """Numbers after words for a driving licence, and the UK's own form."""

    entity = "DRIVER_LICENSE"
    forms = (
        announced(
            r"driv(?:er|ing)(?:['’]?s|s['’])?[ ]licen[cs]e|dl|d\.l\.|führerschein(?:[\- ]?(?:nummer|nr)\.?)?|führerausweis|permis(?:[ ]de[ ]conduire)?|"
            r"(?:permiso|licencia|carn[eé])[ ]de[ ]conducir|patente(?:[ ]di[ ]guida)?",
            r"(?=[A-Za-z]{0,6}[ \-]?\d)[A-Za-z0-9](?:[ \-]?[A-Za-z0-9]){4,18}(?<=\d[A-Za-z]{0,3})(?!\w)",
        ),
        form(rf"{_EDGE}[A-Z9]{{5}}\d[0156]\d[0-3]\d\d[A-Z9]{{2}}\d[A-Z]{{2}}{_END}"),
    )


class LicensePlate(FormFinder):
    """Plates of the UK and France by form, German ones by hyphen and blank, others after a word for a plate."""

    entity = "LICENSE_PLATE"
    forms = (
        form(rf"{_EDGE}[A-HJ-PR-Y][A-HJ-PR-Y]\d\d[ ][A-HJ-PR-Z]{{3}}{_END}", 0.6),
        form(rf"{_EDGE}[A-HJ-NP-TV-Z]{{2}}-\d{{3}}-[A-HJ-NP-TV-Z]{{2}}{_END}", 0.7),
        form(rf"{_EDGE}[A-ZÄÖÜ]{{1,3}}-[A-Z]{{1,2}}[ ]\d{{1,4}}[EH]?{_END}", 0.6),
        form(
            rf"{_EDGE}\d{{4}}[ \-](?!GMT|[CPM]ST|HRS|MHZ|KHZ|RPM|PCT)[BCDFGHJKLMNPRSTVWXYZ]{{3}}(?=[ ,.;)\n]|$)(?<!(?:19|20)\d\d.{{4}})",
            0.4,
        ),
        announced(_PLATE_WORDS, r"(?=[A-ZÄÖÜ\- ]{0,7}\d)[A-ZÄÖÜ0-9]{1,4}(?:[ \-·]?[A-Z0-9]{1,5}){1,2}(?!\w)"),
    )

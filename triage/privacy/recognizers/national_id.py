"""National identity, tax, health and social security numbers of the UK, Germany, Austria, France, Switzerland, Spain, Italy and the US."""

from __future__ import annotations

from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import cif, dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs, utr
from stdnum.it import codicefiscale

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_EDGE, _END = r"(?<![\w.\-/])", r"(?![\w]|[.\-/]\d)"
_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


def is_german_insurance_number(number: str) -> bool:
    """Whether the check digit of a German social insurance number is right (VKVV § 4)."""
    compact = "".join(character for character in number.upper() if character.isalnum())
    digits = compact[:8] + f"{ord(compact[8]) - ord('A') + 1:02d}" + compact[9:11]
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, _WEIGHTS, strict=True))
    return total % 10 == int(compact[11])


def is_british_insurance_number(number: str) -> bool:
    """Whether the prefix of a National Insurance number is one that is given out."""
    return number[:2].upper() not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}


class NationalId(TableRecognizer):
    """By checksum or unmistakable form; plain digits only after a word that announces them."""

    entity = "NATIONAL_ID"
    needs = Pattern(r"\d")
    min_digits = 1
    wraps = frozenset({"number", "code"})
    table = (
        ScoredPattern(rf"{_EDGE}[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ ]?\d\d[ ]?\d\d[ ]?\d\d[ ]?[A-D]{_END}", 0.8, is_british_insurance_number),
        announced(r"NI(?:NO| number| no)|national insurance", r"[A-Za-z]{2}[ ]?\d\d[ ]?\d\d[ ]?\d\d[ ]?[A-Da-d]?"),
        announced(r"NHS", r"\d{3}[ \-]?\d{3}[ \-]?\d{4}(?!\d)"),
        ScoredPattern(rf"{_EDGE}\d{{3}}[ ]\d{{3}}[ ]\d{{4}}{_END}", 0.45, nhs.is_valid),
        announced(r"UTR|unique taxpayer reference|tax(?:payer)? reference", r"\d{5}[ ]?\d{5}K?(?!\d)", 0.85, utr.is_valid),
        ScoredPattern(rf"{_EDGE}\d\d[ ]\d{{3}}[ ]\d{{3}}[ ]\d{{3}}{_END}", 0.8, idnr.is_valid),
        announced(r"steuer[\- ]?id(?:ent\w*)?(?:[\- ]?n(?:ummer|r)\.?)?|steuerliche identifikationsnummer|id[\- ]?nr|tin|tax id", r"\d\d[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}(?!\d)"),
        announced(r"steuer[\- ]?(?:nummer|nr)|st\.?[\- ]?nr", r"\d{2,3}[ /]?\d{3,4}[ /]?\d{4,5}(?!\d)"),
        ScoredPattern(rf"{_EDGE}\d{{2}}[ ]?\d{{6}}[ ]?[A-Z][ ]?\d{{3}}{_END}", 0.8, is_german_insurance_number),
        announced(r"sozialversicherungs\-?(?:nummer|nr)|rentenversicherungs\-?(?:nummer|nr)|sv[\- ]?(?:nummer|nr)|versicherungsnummer|svnr|rvnr", r"\d{2}[ ]?\d{6}[ ]?[A-Za-z][ ]?\d{3}|\d{4}[ ]?\d{6}(?!\d)"),
        announced(r"krankenversicherten\-?(?:nummer|nr)|versicherten\-?(?:nummer|nr)|krankenkassennummer", r"[A-Z]\d{9}(?!\d)"),
        announced(r"personalausweis(?:\-?(?:nummer|nr))?|ausweis\-?(?:nummer|nr)|identity card|id card|carte d['’]identité|cni", r"(?=[A-Z]{0,8}\d)[A-Z0-9]{8,12}(?:[ ]?\w)?(?!\w)"),
        ScoredPattern(rf"{_EDGE}[12][ ]?\d\d[ ]?(?:0[1-9]|1[0-2]|[2-9]\d)[ ]?(?:\d\d|2[AB])[ ]?\d{{3}}[ ]?\d{{3}}[ ]?\d\d{_END}", 0.85, nir.is_valid),
        announced(r"s[ée]curit[ée] sociale|s[ée]cu|nir|nss|insee|num[ée]ro fiscal|spi", r"[0-4][ ]?\d\d[ ]?\d\d[ ]?(?:\d\d|2[AB])[ ]?\d{3}[ ]?\d{3}(?:[ ]?\d\d)?(?!\d)|\d{13}(?!\d)"),
        ScoredPattern(rf"{_EDGE}756[.\- ]?\d{{4}}[.\- ]?\d{{4}}[.\- ]?\d\d{_END}", 0.85, ahv.is_valid),
        announced(r"ahv(?:\-?(?:nummer|nr))?|avs|oasi", r"756[.\- ]?\d{4}[.\- ]?\d{4}[.\- ]?\d\d(?!\d)"),
        ScoredPattern(rf"{_EDGE}\d{{8}}[ \-]?[A-Z]{_END}", 0.8, dni.is_valid),
        ScoredPattern(rf"{_EDGE}\d\d\.\d{{3}}\.\d{{3}}[ \-]?[A-Z]{_END}", 0.8, dni.is_valid),
        ScoredPattern(rf"{_EDGE}[XYZ][ \-]?\d{{7}}[ \-]?[A-Z]{_END}", 0.8, nie.is_valid),
        ScoredPattern(rf"{_EDGE}[ABCDEFGHJNPQRSUVW]\d{{7}}[0-9A-J]{_END}", 0.6, cif.is_valid),
        announced(r"dni|nif|nie|d\.n\.i\.|n\.i\.f\.|n\.i\.e\.|cif|c[ée]dula", r"[XYZA-W]?[ \-]?\d[\d.]{6,9}[ \-]?[A-Za-z]?(?!\w)"),
        announced(r"seguridad social|afiliaci[oó]n|nuss", r"\d\d[ /\-]?\d{8}[ /\-]?\d\d(?!\d)"),
        ScoredPattern(rf"{_EDGE}[A-Z]{{6}}\d\d[A-EHLMPRST]\d\d[A-Z]\d{{3}}[A-Z]{_END}", 0.85, codicefiscale.is_valid),
        announced(r"itin|individual taxpayer identification", r"9\d\d[ \-]?\d\d[ \-]?\d{4}(?!\d)"),
        announced(r"ein|employer identification|fein|federal tax id", r"\d\d-?\d{7}(?!\d)"),
        announced(r"national id(?:entity)?|identification number|tax (?:payer )?(?:id|number|identification)|num[ée]ro d['’]identit[ée]|n[uú]mero de identi(?:dad|ficaci[oó]n)|identifikationsnummer", r"(?=[A-Z\-]{0,6}\d)[A-Z0-9][A-Z0-9.\-]{5,18}(?!\w)"),
    )  # fmt: skip

"""The language of a mail, by lingua's trigram models (its low-accuracy mode), and by other signs where it is short.

That mode takes 25 MB and 0.3 s to load, where the full models take 460 MB and 5 s a process, and on text of a
mail's length it is as good.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from triage.mail.language_signs import words_say

if TYPE_CHECKING:
    from lingua import LanguageDetector

UNKNOWN = "und"
LANGUAGES = ("EN", "DE", "FR", "ES", "IT", "NL", "PT", "DA", "SV", "NB", "PL", "CS", "FI", "HU", "RO", "TR", "EL",
             "RU", "UK", "ZH", "JA", "KO", "AR", "HE")  # fmt: skip
"""ISO 639-1 codes of the languages that are distinguished."""

_READ_CHARS = 20_000
_USED_CHARS = 500
_FEWEST_LETTERS = 20
_LEAST_SCORE = 0.5
_SHORT_LETTERS = 60
"""Below so many letters, the other signs count as well."""
_WIDE_LETTERS = 4
"""What a letter of the scripts without an alphabet counts for."""
_QUOTED_LETTERS, _QUOTED_SHARE = 30, 0.6
_LEAST_EVIDENCE, _LEAST_LEAD = 0.5, 0.05
_LETTER_SHARE = 0.75
_ADDRESSES = re.compile(r"\S*(?:@|://|www\.)\S*")
_NO_PROSE = re.compile(r"[>|]|\s*\[\[|.{0,300}(?:wrote|writes|schrieb|écrit|escribió|scrive|ha scritto) ?:?\s*$")
_ATTRIBUTION = re.compile(r"^[^\n>]{1,300}:[ \t]*\n(?=[ \t]*\n?>)", re.MULTILINE)
"""A line before a quote that ends with a colon: the mail program's words, in its user's language or another."""
_SIGNATURE = re.compile(r"-- ?$|_{5,}")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NO_PRIOR: Mapping[str, float] = MappingProxyType({})


def language(subject: str, body: str, prior: Mapping[str, float] = _NO_PRIOR) -> tuple[str, float]:
    """The language of a mail as an ISO 639-1 code and a confidence in 0..1; ("und", 0.0) if unsure.

    Reads the first lines of prose: no quotes, code, tables or addresses. For a short text, its common words, the
    language of what it quotes, and `prior` count as well: weights by language (triage.mail.language_signs.prior_of).
    Depends on the arguments alone.
    """
    text = _prose(f"{subject}\n{body[:_READ_CHARS]}")
    letters = _letters(text)
    scores = _scores(text) if letters else {}
    if letters < _SHORT_LETTERS:
        best, score = _clearest(scores, min(1.0, letters / _FEWEST_LETTERS), _more_signs(body, text, prior))
        if best:
            return best, score
    if letters < _FEWEST_LETTERS or not scores:
        return UNKNOWN, 0.0
    best = max(scores, key=scores.__getitem__)
    return (best, round(scores[best], 4)) if scores[best] >= _LEAST_SCORE else (UNKNOWN, 0.0)


def _clearest(scores: Mapping[str, float], weight: float, more: Mapping[str, float]) -> tuple[str, float]:
    """The language with the most evidence, of the text by `weight` and of other signs; "" where none leads clearly."""
    if not more:
        return "", 0.0
    total = {code: weight * scores.get(code, 0.0) + more.get(code, 0.0) for code in sorted({*scores, *more})}
    ranked = sorted(total, key=lambda code: -total[code])
    second = total[ranked[1]] if len(ranked) > 1 else 0.0
    lead = total[ranked[0]]
    if lead < _LEAST_EVIDENCE or lead - second < _LEAST_LEAD:
        return "", 0.0
    return ranked[0], round(lead / sum(total.values()), 4)


def _more_signs(body: str, text: str, prior: Mapping[str, float]) -> dict[str, float]:
    """Weights by language of the quoted text, of common words and of the prior; of languages that are distinguished."""
    weights: defaultdict[str, float] = defaultdict(float)
    for code, share in words_say(text).items():
        weights[code] += share
    quoted = _prose("\n".join(line.lstrip("> ") for line in body[:_READ_CHARS].split("\n") if line.startswith(">")))
    if _letters(quoted) >= _QUOTED_LETTERS:
        for code, value in _scores(quoted).items():
            weights[code] += _QUOTED_SHARE * value
    for code, value in prior.items():
        weights[code] += value
    return {code: value for code, value in weights.items() if code.upper() in LANGUAGES}


def _scores(text: str) -> dict[str, float]:
    values = _detector().compute_language_confidence_values(text)
    return {one.language.iso_code_639_1.name.lower(): one.value for one in values}


def _letters(text: str) -> int:
    letters = _NO_LETTERS.sub("", text)
    return len(letters) + (_WIDE_LETTERS - 1) * len(_WIDE.findall(letters))


def _prose(text: str) -> str:
    lines: list[str] = []
    size = 0
    for raw in _ATTRIBUTION.sub("", text).split("\n"):
        if _SIGNATURE.match(raw):
            break
        if _NO_PROSE.match(raw):
            continue
        line = _ADDRESSES.sub(" ", raw[:_USED_CHARS]).strip()
        if line and _letter_share(line) >= _LETTER_SHARE:
            lines.append(line)
            size += len(line)
            if size >= _USED_CHARS:
                break
    return "\n".join(lines)[:_USED_CHARS]


def _letter_share(line: str) -> float:
    return sum(c.isalpha() or c == " " for c in line) / len(line)


@cache
def _detector() -> LanguageDetector:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code) for code in LANGUAGES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()

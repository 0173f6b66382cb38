"""The language of a mail, by lingua's trigram models (its low-accuracy mode).

That mode takes 25 MB and 0.3 s to load, where the full models take 460 MB and 5 s a process, and on text of a
mail's length it is as good.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

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
_LETTER_SHARE = 0.75
_ADDRESSES = re.compile(r"\S*(?:@|://|www\.)\S*")
_NO_PROSE = re.compile(r"[>|]|\s*\[\[|.{0,300}(?:wrote|writes|schrieb|écrit|escribió|scrive|ha scritto) ?:?\s*$")
_SIGNATURE = re.compile(r"-- ?$|_{5,}")
_NO_LETTERS = re.compile(r"[\W\d_]+")


def language(subject: str, body: str) -> tuple[str, float]:
    """The language of a mail as an ISO 639-1 code and the detector's confidence in 0..1; ("und", 0.0) if unsure.

    Reads the first lines of prose: no quotes, code, tables or addresses.
    """
    text = _prose(f"{subject}\n{body[:_READ_CHARS]}")
    if len(_NO_LETTERS.sub("", text)) < _FEWEST_LETTERS:
        return UNKNOWN, 0.0
    best = _detector().compute_language_confidence_values(text)[0]
    if best.value < _LEAST_SCORE:
        return UNKNOWN, 0.0
    return best.language.iso_code_639_1.name.lower(), round(best.value, 4)


def _prose(text: str) -> str:
    lines: list[str] = []
    size = 0
    for raw in text.split("\n"):
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

"""Parts of the patterns for names: words with a capital, what stands between them, and what ends a name's line."""

from __future__ import annotations

_ABBREVIATED = r"(?<=(?<!\p{L})(?:\p{L}{1,2}|Mrs|Prof|Dipl|Geo|Thos|Chas))"
WORD = rf"(?:(?<!\p{{L}})\p{{Lu}}[\p{{L}}'’]*+(?:-\p{{Lu}}?[\p{{L}}'’]++){{0,4}}+(?:{_ABBREVIATED}\.)?)"
GAP = r"(?:[ \t]++(?:\n[ \t]*+)?|\n[ \t]*+|(?<=\.))"
GAP_OR_COMMA = r"(?:[ \t,]++(?:\n[ \t]*+)?|\n[ \t]*+|(?<=\.))"
_PARTICLE = r"(?:van|von|vom|zu|der|den|de|del|della|di|da|dos|du|la|le|ter|ten|bin|ben|al|el|af|y|e|i)"
NAME = rf"{WORD}(?:[ \t]+(?:{_PARTICLE}[ \t]+){{0,3}}{WORD}){{0,3}}"
BOUND = r"(?:[ \t]*[,;:!.\-–—]*[ \t]*(?:$|\n)|[ \t]*[,!:\-–—])"
CASELESS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー々]"
"""A character of a script without capitals."""

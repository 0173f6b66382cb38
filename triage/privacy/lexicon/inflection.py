"""The forms that names take in languages with cases: which names a form may come from, by its ending."""

from __future__ import annotations

from collections.abc import Iterator

_SHORTEST_STEM = 3
_ENDINGS: dict[str, str] = {
    "pl": "owi,a,em,iem,u,ie,owie,ego,emu:|y,ę,ą,o,ie,i:a|im:i|ego,emu,ym:y|iej,ą:a|ka,kowi,kiem:ek|ła,łowi,łem:eł",
    "cs": "ovi,a,em,u,e,ův:|y,ě,u,ou,o,ina:a|ové,ovou:ová|ka,kovi,kem:ek|la,lovi,lem:el|ého,ému,ým:ý|i,í:e|ii,ií:ie",
    "sk": "ovi,a,om,e:|y,e,u,ou:a|ovej,ovú,ovou:ová|ka,kovi,kom:ek|la,lovi,lom:el|ého,ému,ým:ý",
    "ru": "а,у,ом,ым,е,ой,ы:|ы,и,е,у,ой:а|и,ю,ей,е:я|я,ю,ем,е:й|я,ю,ем,е:ь|ого,ому,им,ом:ий|ой,ую:ая|ии,ию,ией:ия",
    "uk": "а,у,ом,ові,ем,і,ою:|и,і,у,ою,о:а|ї,ю,єю:я|я,ю,єм,єві:й|ого,ому,им:ий|ої,ій,у,ою:а",
    "el": "ου,ο,ε:οσ|η:ησ|α:ασ|ασ:α|ησ:η|άσ:ά|ήσ:ή|ά:άσ|ή:ήσ|ό,έ,ού:όσ",
    "fi": "n,lle,lta,ltä,lla,llä,a,ä,ta,tä,sta,stä,ssa,ssä,lta:|sen,selle,selta,sella,sta:nen|ksen,kselle:s",
    "hu": "nak,nek,val,vel,t,ot,at,et,tól,től,hoz,hez,ra,re,ról,ről,ban,ben,nál,nél,ék:|ának,ával,át,ától,ához,áról:a",
    "ro": "ei:a|lui,ului,ul:|ei:ea",
    "da": "s:", "sv": "s:", "nb": "s:", "no": "s:", "de": "s:", "nl": "s:",
}  # fmt: skip
"""By language the endings of forms and, behind the colon, what stands in their place in the name itself.

Rules of the language's regular declensions, case-folded as words are (`σ` at the end of Greek ones); a rule that gives a word that is no listed name does no harm.
"""


_WITH_APOSTROPHE = ("tr",)
_LONGEST_CHANGE = 2


def is_inflected(language: str) -> bool:
    """Whether names take other forms in a language than with an English `'s`."""
    return language in _ENDINGS or language in _WITH_APOSTROPHE


def has_genitive_only(language: str) -> bool:
    """Whether the only other form of a language's names is one with `s`, which many surnames end in."""
    return _ENDINGS.get(language) == "s:"


def stem(word: str) -> str:
    """What all forms of a folded word have in common, by the rules here, but for a word that is too short."""
    return word[: max(_SHORTEST_STEM, len(word) - _LONGEST_CHANGE)]


def bases(word: str, language: str) -> Iterator[str]:
    """The words that a folded word may be a form of; also those before an apostrophe, as in Turkish `Ahmet'in`."""
    stem, apostrophe, _ = word.partition("'")
    if apostrophe and len(stem) >= _SHORTEST_STEM:
        yield stem
    for rule in _ENDINGS.get(language, "").split("|"):
        endings, _, instead = rule.partition(":")
        for ending in endings.split(","):
            if ending and word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
                yield word.removesuffix(ending) + instead

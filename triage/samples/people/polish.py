"""Polish names in the cases that running text puts them in; rules of school grammar, regular stems only."""

from __future__ import annotations

from typing import Literal

Case = Literal["nom", "gen", "dat", "acc", "ins", "voc"]

_SOFTENED = {
    "ch": "sz", "sł": "śl", "st": "ści", "t": "ci", "d": "dzi", "r": "rz", "ł": "l", "k": "c", "g": "dz", "n": "ni",
    "w": "wi", "b": "bi", "p": "pi", "m": "mi", "s": "si", "z": "zi", "f": "fi",
}  # fmt: skip
"""How a hard stem ends before the -e of the dative."""
_ADJECTIVE = {
    "male": {"gen": "iego", "dat": "iemu", "acc": "iego", "ins": "im", "voc": "i"},
    "female": {"gen": "iej", "dat": "iej", "acc": "ą", "ins": "ą", "voc": "a"},
}
_HARDENED = {"ń": "ni", "ć": "ci", "ś": "si", "ź": "zi"}


def inflected(name: str, case: Case, *, is_female: bool, is_surname: bool) -> str:
    """A name of one word in a case; a name that the rules do not cover stays as it is."""
    if case == "nom":
        return name
    if name.endswith(("ski", "cki", "dzki")):
        return name[:-1] + _ADJECTIVE["male"][case]
    if name.endswith(("ska", "cka", "dzka")) and is_surname:
        ending = _ADJECTIVE["female"][case]
        return name[:-1] + ending
    if name.endswith("a"):
        return _feminine(name[:-1], case)
    if not is_female and name[-1] in "yi":
        ending = _ADJECTIVE["male"][case].removeprefix("i")
        return name + ending if name[-1] == "i" else name[:-1] + {"ins": "ym", "voc": "y"}.get(case, ending)
    if is_female or name[-1] in "eouyi":
        return name
    return _masculine(name, case, is_surname=is_surname)


def _feminine(stem: str, case: Case) -> str:
    """Nouns in -a: Anna, Kinga, Maria, Zaremba."""
    is_soft = stem.endswith(("i", "j", "l", "sz", "cz", "rz", "ż", "c"))
    if case in ("acc", "ins"):
        return stem + {"acc": "ę", "ins": "ą"}[case]
    if case == "voc":
        return stem + "o"
    if is_soft:
        return stem[:-1] + "ii" if stem.endswith("i") else stem + ("i" if stem[-1] in "jl" else "y")
    if case == "gen":
        return stem + ("i" if stem[-1] in "kg" else "y")
    ending = next((end for end in _SOFTENED if stem.endswith(end)), "")
    return stem[: len(stem) - len(ending)] + _SOFTENED.get(ending, ending) + "e"


def _masculine(name: str, case: Case, *, is_surname: bool) -> str:
    """Nouns that end in a consonant: Jan, Marek, Paweł, Nowak."""
    stem = _without_fleeting_e(name)
    stem = stem[:-1] + _HARDENED.get(stem[-1], stem[-1])
    if case == "voc":
        return name if is_surname else stem + ("u" if name[-1] in "kgshzjl" else "ie" if stem[-1] == "n" else "u")
    if case == "ins":
        return stem + ("iem" if stem[-1] in "kg" else "em")
    return stem + {"gen": "a", "acc": "a", "dat": "owi"}[case]


def _without_fleeting_e(name: str) -> str:
    if name.endswith("iec"):
        return name[:-3] + "c"
    return name[:-2] + name[-1] if name.endswith(("ek", "eł")) and len(name) > 3 else name

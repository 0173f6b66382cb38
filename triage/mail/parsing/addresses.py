"""Address lists of header fields, read in linear time and forgiving of what real mail holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.mail.parsing.headers import decoded_words, unescaped
from triage.mail.parsing.parsed import Address
from triage.mail.parsing.texts import clean

# A quoted string without its end runs to the end of the field at once, so that no quote is looked at twice.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|\([^()]*+\)|<[^<>]*+>|[,;]|[^"(<,;]++|.', re.DOTALL)
_GROUP = re.compile(r"^\s*[^:@<>\"]{0,200}:(?!\S*@\S*$)")
_AT = re.compile(r"^(\S+) at (\S+\.\S+)$")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPACES = re.compile(r"\s+")


def addresses(raw: str, hint: str | None = None) -> list[Address]:
    """The people that an address field (RFC 5322, also obsolete and broken forms) names.

    Groups are opened up; "x at y.z", as list archives write it, becomes x@y.z; a name without an address
    is kept.
    """
    people = (_person(piece) for piece in _pieces(unescaped(raw, hint)))
    return [person for person in people if person.name or person.address]


def _pieces(raw: str) -> Iterator[list[str]]:
    tokens: list[str] = []
    for token in _tokens(raw):
        if token in ",;":
            yield tokens
            tokens = []
        else:
            tokens.append(token)
    yield tokens


def _tokens(raw: str) -> list[str]:
    tokens: list[str] = _TOKEN.findall(raw)
    if tokens and tokens[-1][0] == '"' and not _closed(tokens[-1]):
        tokens[-1:] = _TOKEN.findall(tokens[-1].replace('"', " "))
    return tokens


def _closed(token: str) -> bool:
    return len(token) > 1 and token[0] == '"' and token[-1] == '"'


def _person(tokens: list[str]) -> Address:
    angle = next((t for t in tokens if len(t) > 1 and t[0] == "<" and t[-1] == ">"), None)
    comment = "".join(t[1:-1] for t in tokens if len(t) > 1 and t[0] == "(" and t[-1] == ")")
    words = [t for t in tokens if t is not angle and not (len(t) > 1 and t[0] == "(")]
    if words:
        words[0] = _GROUP.sub("", words[0])
    if angle is not None:
        return Address(_name("".join(map(_unquoted, words))) or _name(comment), _address(angle[1:-1]))
    bare = "".join(words)
    if "@" in bare or _AT.match(bare.strip()):
        return Address(_name(comment), _address(bare))
    return Address(_name("".join(map(_unquoted, words))) or _name(comment), "")


def _unquoted(word: str) -> str:
    if _closed(word):
        return _ESCAPED.sub(r"\1", word[1:-1])
    return word


def _name(raw: str) -> str:
    name = _SPACES.sub(" ", clean(decoded_words(raw))).strip()
    return name.strip("'\"").strip()


def _address(raw: str) -> str:
    address = _SPACES.sub(" ", clean(decoded_words(raw))).strip().strip("<>")
    if address.lower().startswith("mailto:"):
        address = address[len("mailto:") :]
    return _AT.sub(r"\1@\2", address)

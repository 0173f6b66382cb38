"""A person is found in every encoding, and nobody else is taken for the person."""

from __future__ import annotations

import base64
import html
import json
import quopri
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rights.search.scanner import Scanner, Term

ADDRESS, NAME = "zoe.quist@persons.example", "Zoë Müller-Quist"
SCANNER = Scanner([Term(ADDRESS, 0, "address"), Term(NAME, 1, "name"), Term("f" * 64, 2, "exact")])

ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "base64": base64.b64encode,
    "base64, second alignment": lambda data: base64.b64encode(b"- " + data),
    "base64, third alignment": lambda data: base64.b64encode(b"-" + data + b" "),
    "base64 for URLs": lambda data: base64.urlsafe_b64encode(b"?? " + data),
    "base64 without padding": lambda data: base64.b64encode(data).rstrip(b"="),
    "base64 in lines": lambda data: base64.encodebytes(b"words " * 40 + data + b" words" * 40),
    "base64 in quoted lines": lambda data: base64.encodebytes(b"words " * 40 + data).replace(b"\n", b"\r\n> "),
    "encoded word": lambda data: b"=?utf-8?B?" + base64.b64encode(data) + b"?=",
    "quoted-printable": quopri.encodestring,
    "quoted-printable, soft break": lambda data: data[:5] + b"=\r\n" + data[5:],
    "all in quoted-printable": lambda data: b"".join(b"=%02X" % byte for byte in data),
    "URL": lambda data: quote(data, safe="").encode(),
    "all in URL": lambda data: b"".join(b"%%%02x" % byte for byte in data),
    "HTML": lambda data: html.escape(data.decode("utf-8")).replace("@", "&#64;").encode("ascii", "xmlcharrefreplace"),
    "JSON": lambda data: json.dumps({"x": "\n" + data.decode("utf-8")}, ensure_ascii=False).encode(),
    "UTF-16": lambda data: data.decode("utf-8").encode("utf-16-le"),
    "UTF-16, other order": lambda data: data.decode("utf-8").encode("utf-16-be"),
    "Latin-1": lambda data: data.decode("utf-8").encode("latin-1"),
    "base64 of UTF-16": lambda data: base64.b64encode(data.decode("utf-8").encode("utf-16-le")),
    "base64 of quoted-printable": lambda data: base64.b64encode(quopri.encodestring(data)),
}


def owners(data: bytes, *, bounded: bool = True) -> set[int]:
    return {term.owner for term in SCANNER.find(data, bounded=bounded)}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("cased", [str, str.lower, str.upper, str.title], ids=["as is", "lower", "upper", "title"])
@pytest.mark.parametrize(("value", "owner"), [(ADDRESS, 0), (NAME, 1)], ids=["address", "name"])
def test_every_encoding_is_read(encoding: str, cased: Callable[[str], str], value: str, owner: int) -> None:
    hidden = ENCODINGS[encoding](cased(value).encode())
    assert owner in owners(b"Some words: " + hidden + b" and more\n")


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_an_address_is_found_whatever_lies_around_it(before: bytes, after: bytes) -> None:
    assert 0 in owners(before + ADDRESS.encode() + after, bounded=False)


@pytest.mark.parametrize(
    "text",
    ["azoe.quist@persons.example", "a.zoe.quist@persons.example", "zoe.quist@persons.example.org",
     "zoe.quist@persons.examples", "zoe.quist@persons.example-two", "zoe.quist @persons.example"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["plain", "base64", "base64 in lines", "quoted-printable", "URL", "UTF-16"])
def test_another_address_is_another_person(text: str, encoding: str) -> None:
    assert owners(ENCODINGS[encoding](text.encode())) == set()


@pytest.mark.parametrize(
    "text",
    [f"<{ADDRESS}>", f"mailto:{ADDRESS}?subject=x", f"({ADDRESS}).", f"- {ADDRESS}, x", f"-{ADDRESS}", f"'{ADDRESS}'",
     f"x={ADDRESS}&y", f"{ADDRESS}...", f"a\\n{ADDRESS}"],
)  # fmt: skip
def test_signs_beside_an_address_belong_to_the_text(text: str) -> None:
    assert owners(text.encode()) == {0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoë\r\n Müller-Quist", {1}),
        ("Zoë Müller-Quistgaard", set()),
        ("Azoë Müller-Quist", set()),
        ("zoë müller-quist@other.example", set()),
        ("f" * 64, {2}),
    ],
    ids=["over two lines", "a longer name", "a longer first name", "part of an address", "a key"],
)
def test_names_and_keys(text: str, expected: set[int]) -> None:
    assert owners(text.encode()) == expected


def test_nothing_sought_is_nothing_found() -> None:
    assert Scanner([]).find(b"anything") == set()


def test_many_persons_cost_one_pass() -> None:
    many = Scanner(Term(f"person{number}@persons.example", number, "address") for number in range(1_000))
    data = " ".join(f"person{number}@persons.example" for number in range(0, 1_000, 7)).encode()
    assert {term.owner for term in many.find(data)} == set(range(0, 1_000, 7))

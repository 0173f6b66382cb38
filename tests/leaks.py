"""Finds clear values in the files of a folder, in whatever form, independently of the product's own search."""

from __future__ import annotations

import base64
import quopri
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import ahocorasick
import pyarrow as pa
import pyarrow.parquet as pq

_SHORTEST_ENCODED = 6


def forms(value: str) -> set[bytes]:
    """The value in plain, quoted-printable, URL-encoded, UTF-16 and base64 form (at each of its three alignments)."""
    found: set[bytes] = set()
    for text in {value, value.lower(), value.upper()}:
        plain = text.encode()
        found |= {plain, text.encode("utf-16-le"), text.encode("utf-16-be")}
        found |= {quopri.encodestring(plain), quopri.encodestring(plain, header=True)}
        found |= {urllib.parse.quote(text, safe="").encode(), urllib.parse.quote_plus(text).encode()}
        if len(plain) >= _SHORTEST_ENCODED:
            found |= {_inner_base64(plain, shift) for shift in range(3)}
    return {form for form in found if form}


def _inner_base64(plain: bytes, shift: int) -> bytes:
    """What of the value's base64 does not depend on the bytes around it."""
    encoded = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
    end = (len(plain) + shift) // 3 * 4
    return encoded[-(-shift * 8 // 6) : end]


class Leaks:
    """Looks for many values at once, each in all of its `forms`.

    A value's name says what it is, so that no report shows the value.
    """

    def __init__(self, values: Mapping[str, str], forms: Callable[[str], set[bytes]] = forms) -> None:
        self._automaton = ahocorasick.Automaton()
        for name, value in values.items():
            for form in forms(value):
                self._automaton.add_word(form.decode("latin-1"), name)
        self._automaton.make_automaton()

    def in_bytes(self, data: bytes) -> set[str]:
        """The names of the values that stand in the bytes."""
        return {name for _, name in self._automaton.iter(data.decode("latin-1"))}

    def in_folders(self, folders: Iterable[Path], without: str = "") -> set[tuple[str, str]]:
        """File and name of each find under the folders; files below a folder called `without` are left out."""
        return {
            (str(file), name)
            for folder in folders
            for file in folder.rglob("*")
            if file.is_file() and without not in file.relative_to(folder).parts
            for data in contents(file)
            for name in self.in_bytes(data)
        }


def contents(file: Path) -> Iterator[bytes]:
    """A file's bytes, and for Parquet the values inside its pages, too."""
    try:
        yield file.read_bytes()
        if file.suffix == ".parquet":
            for batch in pq.ParquetFile(file).iter_batches():
                yield _values(batch)
    except FileNotFoundError:
        return  # a temporary file that is gone by now


def _values(batch: pa.RecordBatch) -> bytes:
    parts: list[bytes] = []

    def collect(value: object) -> None:
        if isinstance(value, dict):
            collect(list(value.items()))
        elif isinstance(value, (list, tuple)):
            for inner in value:
                collect(inner)
        elif isinstance(value, bytes):
            parts.append(value)
        elif value is not None:
            parts.append(str(value).encode("utf-8", "surrogatepass"))

    collect(batch.to_pylist())
    return b"\n".join(parts)

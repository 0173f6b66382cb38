"""JSON documents: an object, a list, or an object with a list (such as Graph's pages), read element by element."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage
from triage.mail.formats.tables.jsonl import LISTS, records_of
from triage.mail.formats.tables.rows import Columns
from triage.reasons import Reason

_PIECE = 2**18
_SPACE = " \t\r\n,"
_SIGNS = (
    b'"subject"',
    b'"summary"',
    b'"internetMessageId"',
    b'"bodyPreview"',
    b'"description"',
    b'"tickets"',
    b'"issues"',
)


@dataclass(frozen=True, slots=True)
class Json:
    """Each element becomes the messages in it; offsets are the numbers of elements.

    A document whose first element holds no mail is one UNKNOWN_FORMAT. An element above `stored_bytes` ends the reading
    with MESSAGE_TOO_LARGE, and damage with SOURCE_CORRUPT.
    """

    name: str = "json"
    columns: Columns = ()
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return text.startswith((b"{", b"[")) and (name.endswith(".json") or any(sign in text for sign in _SIGNS))

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        document, number = _Document(stream, limits.stored_bytes), -1
        try:
            for number, element in enumerate(document.elements()):
                found = list(records_of(json.dumps(element).encode(), number, self.columns))
                if number == 0 and found[0].fault is not None:
                    yield RawMessage(found[0].data, 0, None, Reason.UNKNOWN_FORMAT)
                    return
                yield from found
        except _TooLargeError:
            yield RawMessage(b"", number + 1, None, Reason.MESSAGE_TOO_LARGE)
        except (ValueError, RecursionError):
            yield RawMessage(document.rest(), number + 1, None, Reason.SOURCE_CORRUPT)


class _TooLargeError(Exception):
    """An element is larger than may be kept."""


@dataclass(slots=True)
class _Document:
    """The text in view, and where in it reading stands."""

    stream: BinaryIO
    most: int
    text: str = ""
    at: int = 0
    ended: bool = False
    decoder: Any = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8-sig")("replace"))

    def elements(self) -> Iterator[Any]:
        """The elements of all lists and values at the top. Raises ValueError for what is no JSON."""
        while self._sign():
            if self._sign() == "[":
                yield from self._list()
            elif self._sign() == "{":
                yield from self._object()
            else:
                yield self._value()

    def rest(self) -> bytes:
        """What was in view when reading ended."""
        return self.text[self.at :].encode("utf-8", "replace")[: self.most]

    def _list(self) -> Iterator[Any]:
        self.at += 1
        while self._sign() != "]":
            yield self._value()
        self.at += 1

    def _object(self) -> Iterator[Any]:
        """The elements of its lists of objects, or the object itself where it has none."""
        self.at += 1
        whole: dict[str, Any] = {}
        has_list = False
        while self._sign() != "}":
            name = self._value()
            if not isinstance(name, str) or self._sign(" \t\r\n") != ":":
                raise ValueError
            self.at += 1
            if name in LISTS and self._sign() == "[":
                has_list = True
                yield from self._list()
            else:
                whole[name] = self._value()
        self.at += 1
        if whole and not has_list:
            yield whole

    def _sign(self, space: str = _SPACE) -> str:
        """The next sign that is no space, "" at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in space:
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        if not self._sign():
            raise ValueError
        while True:
            try:
                value, end = json.JSONDecoder().raw_decode(self.text, self.at)
            except ValueError:
                if not self._more():
                    raise
            else:
                if end < len(self.text) or not self._more():  # a number may go on
                    self.at = end
                    return value

    def _more(self) -> bool:
        """Reads on: as much as is in view, so that a long element is looked at seldom. False at the end."""
        if self.ended:
            return False
        self.text, self.at = self.text[self.at :], 0
        if len(self.text) > self.most:
            raise _TooLargeError
        data = self.stream.read(max(_PIECE, len(self.text)))
        self.ended = not data
        self.text += self.decoder.decode(data, final=self.ended)
        return True

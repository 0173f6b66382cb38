"""Lines of a mail, with what the rules of zones need to know about each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from triage.mail.zones.patterns import QUOTE

Kind = Literal["newest", "quoted", "forwarded", "signature", "disclaimer", "header"]
Opening = Literal["answered", "forwarded", "block"]
"""What a header opens: a mail that is answered, one that is forwarded, or one of which its fields do not say that."""
READ_CHARS = 500
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(slots=True)
class Line:
    """A line without its quote marks; `kind` is None until a finder has said it."""

    start: int
    end: int
    depth: int
    text: str
    """At most READ_CHARS of it, as written, without the line end."""
    kind: Kind | None = None
    quoted_as: Literal["quoted", "forwarded"] | None = None
    """Whose words it holds where they are not the sender's: of a mail that is answered, or forwarded."""
    opens: Opening | None = None
    """What follows this header line even without quote marks; None where marks say it."""

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but quote marks and blanks."""
        return not self.text.strip()


def lines_of(text: str) -> list[Line]:
    """All lines of a text."""
    found = []
    for match in _LINE.finditer(text):
        start, end = match.span()
        marks = QUOTE.match(text, start, min(end, start + READ_CHARS))
        depth = marks.group().count(">") if marks else 0
        begin = marks.end() if marks else start
        found.append(Line(start, end, depth, text[begin : min(end, begin + READ_CHARS)].rstrip("\r\n")))
    return found

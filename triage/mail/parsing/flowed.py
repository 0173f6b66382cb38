"""format=flowed (RFC 3676): lines that a mail program broke for transport, joined again."""

from __future__ import annotations

import re

_QUOTES = re.compile(r"^>*")


def unflowed(text: str, delete_space: bool) -> str:
    """The text with its soft line breaks taken out; quote marks stay as the author sees them."""
    joined: list[str] = []
    pieces: list[str] = []
    level = 0
    for line in text.split("\n"):
        marks = _QUOTES.match(line)[0]  # type: ignore[index]
        content = line[len(marks) :].removeprefix(" ")
        if pieces and len(marks) != level:
            joined.append(_line(level, pieces))
            pieces = []
        level = len(marks)
        soft = content.endswith(" ") and content != "-- "
        pieces.append(content[:-1] if soft and delete_space else content)
        if not soft:
            joined.append(_line(level, pieces))
            pieces = []
    return "\n".join([*joined, _line(level, pieces)] if pieces else joined)


def _line(level: int, pieces: list[str]) -> str:
    content = "".join(pieces)
    return f"{'>' * level} {content}" if level else content

"""What other parsers of replies find, run by a Python that has them: `PYTHON zone_peers.py < texts > found`.

Needs no package of this project. Each line of input is a text as JSON; each line of output an object: the name of a
parser to its spans [start, end, kind], where kind is `newest` or `signature`. A parser that is not installed, or that
fails on a text, is left out.

What a parser gives is text; its lines are looked up in the mail's lines one after the other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator

Pieces = list[tuple[str, str]]
Parse = Callable[[str], Pieces]
Span = tuple[int, int, str]


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line), line.strip()
        start += len(line)


def _spans(text: str, pieces: Iterable[tuple[str, str]]) -> list[Span]:
    """The places of the lines of pieces, which are (text, kind) in the order of the mail."""
    source, at = list(_lines(text)), 0
    found: list[Span] = []
    for piece, kind in pieces:
        for line in filter(None, (line.strip() for line in piece.splitlines())):
            place = next((n for n in range(at, len(source)) if source[n][2] == line), None)
            if place is not None:
                found.append((source[place][0], source[place][1], kind))
                at = place + 1
    return found


def _mail_parser_reply() -> Parse:
    from mailparser_reply import EmailReplyParser  # type: ignore[import-not-found]

    languages = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]

    def parse(text: str) -> Pieces:
        first = EmailReplyParser(languages=languages).read(text).replies[0]
        return [(first.body, "newest"), (first.signatures or "", "signature")]

    parse("warm up")
    return parse


def _email_reply_parser() -> Parse:
    from email_reply_parser import EmailReplyParser  # type: ignore[import-not-found]

    def parse(text: str) -> Pieces:
        fragments = EmailReplyParser.read(text).fragments
        kinds = (("signature" if one.signature else "newest", one) for one in fragments if not one.quoted)
        return [(one.content, kind) for kind, one in kinds if kind == "signature" or not one.hidden]

    return parse


def _talon() -> Parse:
    from talon import quotations  # type: ignore[import-not-found]
    from talon.signature.bruteforce import extract_signature  # type: ignore[import-not-found]

    def parse(text: str) -> Pieces:
        body, signature = extract_signature(quotations.extract_from_plain(text))
        return [(body, "newest"), (signature or "", "signature")]

    return parse


def _parsers() -> Iterator[tuple[str, Parse]]:
    for name, make in {
        "mail-parser-reply": _mail_parser_reply,
        "email_reply_parser": _email_reply_parser,
        "talon": _talon,
    }.items():
        try:
            yield name, make()
        except Exception as error:  # noqa: BLE001 - whatever keeps a peer from loading
            print(f"{name} is left out: {type(error).__name__}", file=sys.stderr)


def _found(parse: Parse, text: str) -> list[Span] | None:
    try:
        return _spans(text, parse(text))
    except Exception:  # noqa: BLE001 - a peer's own failure is its result
        return None


def main() -> None:
    """Reads texts, writes spans."""
    parsers = dict(_parsers())
    for line in sys.stdin:
        text = json.loads(line)
        found = {name: _found(parse, text) for name, parse in parsers.items()}
        print(json.dumps({name: spans for name, spans in found.items() if spans is not None}), flush=True)


if __name__ == "__main__":
    main()

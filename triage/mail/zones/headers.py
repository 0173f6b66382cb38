"""Header blocks of quoted and forwarded mails, and the attributions that stand in their place."""

from __future__ import annotations

from collections.abc import Sequence

from triage.mail.structure.headers import FieldKind, header_field
from triage.mail.zones.lines import Line, Opening
from triage.mail.zones.patterns import (
    ATTRIBUTION,
    ATTRIBUTION_START,
    FORWARD,
    HAS_ADDRESS,
    HAS_DATE,
    IN_ONE_LINE,
    LOTUS_LINE,
    OPEN_SEPARATOR,
    RULE,
    SEPARATOR,
    SHORT_ATTRIBUTION,
    WITHOUT_VERB,
)

_ATTRIBUTION_LINES = 4
_LOTUS_LINES = 4
_LONGEST_LOTUS_LINE = 90
_WRAPPED = 60
_SHORT_REST = 50
_LIST_LINES = 60
_COLONS = (":", "：")
_LAST = (*_COLONS, ".", '"', "*", "_")


def mark_headers(lines: Sequence[Line]) -> None:
    """Marks all header lines, and at the end of each block what it opens."""
    at = 0
    while at < len(lines):
        end = _separator(lines, at) or _block(lines, at) or _attribution(lines, at)
        at = max(end, at + 1)


def _mark(lines: Sequence[Line], start: int, end: int, *, opens: Opening | None) -> int:
    for line in lines[start:end]:
        line.kind = "header"
    lines[end - 1].opens = opens
    return end


def _separator(lines: Sequence[Line], at: int) -> int:
    """The end of `-----Original Message-----` or `--- Forwarded by X on date ---`, also over two lines; 0 for none."""
    line = lines[at]
    if not SEPARATOR.match(line.text):
        return 0
    end = at + 1
    if OPEN_SEPARATOR.match(line.text) and not line.text.rstrip().endswith("--"):
        while end < min(at + 3, len(lines)) and not lines[end].text.rstrip().endswith("--"):
            end += 1
        end = end + 1 if end < min(at + 3, len(lines)) else at + 1
    is_forward = any(FORWARD.search(line.text) for line in lines[at:end])
    return _mark(lines, at, end, opens="forwarded" if is_forward else "answered")


def _block(lines: Sequence[Line], at: int) -> int:
    """The end of the run of header fields that begins at a line, marked if it is a header block; 0 for no field."""
    if not header_field(lines[at].text):
        return _mark(lines, at, at + 1, opens="block") if IN_ONE_LINE.match(lines[at].text) else 0
    depth, end, last = lines[at].depth, at, at
    kinds: set[FieldKind] = set()
    has_address, kind = False, None
    while end < len(lines) and lines[end].depth == depth:
        line = lines[end]
        field = header_field(line.text)
        if field:
            kind = field.kind
            kinds.add(kind)
            has_address = has_address or "@" in field.value
        elif line.is_blank:
            if not _goes_on(lines, end, depth):
                break
        elif not _continues(lines, end, kind):
            break
        end, last = end + 1, end
    if not _is_header(kinds, lines, at, has_address=has_address):
        return last + 1  # not looked at again, or many fields would take quadratic time
    start = _with_what_leads(lines, at, has_sender="sender" in kinds)
    return _mark(lines, start, last + 1, opens="block")


def _goes_on(lines: Sequence[Line], at: int, depth: int) -> bool:
    """Whether another field follows one blank line; mails that were HTML have these."""
    follows = lines[at + 1] if at + 1 < len(lines) else None
    return follows is not None and follows.depth == depth and header_field(follows.text) is not None


def _continues(lines: Sequence[Line], at: int, kind: FieldKind | None) -> bool:
    """Whether a line goes on from the field before it: it is indented, or the field was too long for its line."""
    before, line = lines[at - 1], lines[at]
    if before.is_blank:
        return False
    if line.text[:1] in (" ", "\t") or before.text.rstrip()[-1:] in (",", ";"):
        return True
    if kind == "subject":
        follows = lines[at + 1] if at + 1 < len(lines) else None
        return len(before.text) > _WRAPPED and (follows is None or follows.is_blank)
    if kind == "sender" and HAS_DATE.search(line.text):
        return len(line.text) < _LONGEST_LOTUS_LINE
    return kind in ("sender", "to", "cc") and _field_comes(lines, at, line.depth)


def _field_comes(lines: Sequence[Line], at: int, depth: int) -> bool:
    """Whether another field follows before a blank line, so that what lies between is a list of people."""
    for line in lines[at : at + _LIST_LINES]:
        if line.is_blank or line.depth != depth:
            return False
        if header_field(line.text):
            return True
    return False


def _is_header(kinds: set[FieldKind], lines: Sequence[Line], at: int, *, has_address: bool) -> bool:
    follows_separator = at > 0 and any(line.kind == "header" for line in lines[max(0, at - 2) : at])
    people = kinds & {"sender", "to"}
    if not people:
        return follows_separator and bool(kinds & {"subject", "date"})
    return len(kinds) > 2 or follows_separator or (len(kinds) > 1 and ("subject" in kinds or has_address))


def _with_what_leads(lines: Sequence[Line], at: int, *, has_sender: bool) -> int:
    """Where the block begins with its rule, and in Lotus Notes with the sender and time in lines before `To:`."""
    start, above = at, at - 1
    if has_sender:
        while above >= max(0, at - 2) and (lines[above].is_blank or RULE.match(lines[above].text.strip())):
            if not lines[above].is_blank:
                start = above
            above -= 1
        return start
    for _ in range(2 * _LOTUS_LINES):
        if above < 0 or lines[above].kind or (at - above > 3 and start == at):
            break
        text = lines[above].text
        if len(text) > _LONGEST_LOTUS_LINE:
            break
        if LOTUS_LINE.search(text):
            start = above
        elif not lines[above].is_blank and (start == at or not _is_namelike(text) or lines[above + 1].is_blank):
            break
        elif not lines[above].is_blank:
            return above
        above -= 1
    return start


def _is_namelike(text: str) -> bool:
    words = text.split()
    return len(words) <= 5 and text.strip()[-1:] not in ".,!?:" and text.strip()[:1].isupper()


def _attribution(lines: Sequence[Line], at: int) -> int:
    """The end of `On … X wrote:` over up to four lines; 0 for none."""
    depth, joined, text = lines[at].depth, "", lines[at].text
    is_dated = ATTRIBUTION_START.match(text) is not None
    begins_with_name = not is_dated and HAS_ADDRESS.match(text) is not None
    if not (is_dated or begins_with_name or text.rstrip()[-1:] in _COLONS) or lines[at].is_blank:
        return 0
    for end in range(at + 1, min(at + 1 + _ATTRIBUTION_LINES, len(lines) + 1)):
        line = lines[end - 1]
        if line.is_blank or line.depth > depth or (line.depth < depth and len(line.text) > _SHORT_REST):
            return 0
        joined = f"{joined} {line.text.strip()}".strip()
        if _announces(joined, is_dated=is_dated, begins_with_name=begins_with_name) or (
            end == at + 1 and SHORT_ATTRIBUTION.match(joined)
        ):
            return _mark(lines, at, end, opens="answered" if _opens(lines, end, line.depth) else None)
        if not is_dated and not (begins_with_name and end == at + 1):
            return 0
    return 0


def _announces(joined: str, *, is_dated: bool, begins_with_name: bool) -> bool:
    """Whether lines say who wrote and when, in this order or, as in Turkish and Hungarian, the other way round."""
    if joined[-1:] not in _LAST:
        return False
    has_date = HAS_DATE.search(joined) is not None
    if is_dated and has_date and WITHOUT_VERB.match(joined):
        return True
    said = has_date or (is_dated and ("<" in joined or "@" in joined))
    return (is_dated or begins_with_name) and said and ATTRIBUTION.match(joined) is not None


def _opens(lines: Sequence[Line], at: int, depth: int) -> bool:
    """Whether what an attribution announces has no quote marks of its own, so that all that follows is quoted."""
    for line in lines[at : at + 4]:
        if not line.is_blank:
            return line.depth <= depth
    return False

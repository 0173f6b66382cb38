"""Header fields of quoted mails, in all languages at once: a quoted mail's language is often another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from triage.mail.structure.load import structures

FieldKind = Literal["sender", "to", "cc", "date", "subject", "other"]
KINDS: tuple[FieldKind, ...] = ("sender", "to", "cc", "date", "subject", "other")
_FIELD = re.compile(r"[ \t]*\*{0,2}([^\W\d_][^:：*\n]{0,39}?)[ \t\xa0]?\*{0,2}(?::(?!//)|：)\*{0,2}(.*)")
_TECHNICAL = ("x-", "content-")


class HeaderField(NamedTuple):
    """A line such as `From: Ann <ann@a.example>`."""

    kind: FieldKind
    value: str


def header_field(line: str) -> HeaderField | None:
    """The header field that a line holds, if it does."""
    match = _FIELD.match(line)
    if not match:
        return None
    name = match.group(1).casefold()
    kind = _kinds().get(name) or ("other" if name.startswith(_TECHNICAL) else None)
    return HeaderField(kind, match.group(2)) if kind else None


def field_names(*kinds: FieldKind) -> Iterator[str]:
    """The names that fields of some kinds have in any language."""
    for forms in structures().values():
        for kind in kinds:
            yield from getattr(forms.header, kind)


@cache
def _kinds() -> dict[str, FieldKind]:
    """The kind of each folded name; a test shows that none has two."""
    return {name.casefold(): kind for kind in KINDS for name in field_names(kind)}

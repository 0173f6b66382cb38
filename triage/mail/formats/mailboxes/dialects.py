"""How a dialect of mbox hides lines that begin with "From ", and the text as its author wrote it.

| dialect | hides | a reader |
|---|---|---|
| mboxo, mboxcl | `From ` as `>From ` | undoes `>From ` |
| mboxrd | also `>From ` as `>>From `, and so on | takes one `>` away |
| mboxcl2 | nothing: Content-Length says where a message ends | leaves `>From `, which an author wrote |

The bytes of a record are kept as they are, and parsing undoes `>From ` in those that have their "From " line (see
`triage.mail.parsing.bounds`). Where a dialect asks for another reading, the record is given without that line, in the
author's words. No reading changes a mail's key, which knows all of these forms as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from triage.mail.formats.base import RawMessage
from triage.mail.keys import has_envelope, without_envelope

Reading = Callable[[RawMessage], RawMessage]

_QUOTED_ONCE_MORE = re.compile(rb"^>(>*From )", re.MULTILINE)


def as_written(record: RawMessage) -> RawMessage:
    """The reading of mboxo and mboxcl, and of files that say nothing of their dialect."""
    return record


def mboxrd(record: RawMessage) -> RawMessage:
    """One `>` less before each hidden line; only where there are deeper ones does that differ from mboxo."""
    if b">>From " not in record.data or not has_envelope(record.data):
        return record
    return replace(record, data=_QUOTED_ONCE_MORE.sub(rb"\1", without_envelope(record.data)))


def mboxcl2(record: RawMessage) -> RawMessage:
    """What looks like a hidden line was written so."""
    if b"\n>From " not in record.data or not has_envelope(record.data):
        return record
    return replace(record, data=without_envelope(record.data))

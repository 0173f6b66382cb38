"""The time of delivery in the "From " line of an mbox record."""

from __future__ import annotations

import re
from datetime import datetime

from triage.mail.dates import sent_at
from triage.mail.keys import ENVELOPE

_LONGEST = 512
_ASCTIME = re.compile(rb"[A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} +\d{1,2}:\d\d(?::\d\d)? .{0,12}\d{4}")


def envelope_date(data: bytes) -> datetime | None:
    """The time in the "From " line of an mbox record (asctime, taken as UTC); None without one."""
    if not data.startswith(ENVELOPE):
        return None
    match = _ASCTIME.search(data[:_LONGEST].partition(b"\n")[0])
    return sent_at(match.group().decode("ascii", "replace")) if match else None

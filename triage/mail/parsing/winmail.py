"""TNEF parts (winmail.dat) of a mail as the parts that Exchange would have sent otherwise."""

from __future__ import annotations

from email.message import Message

from triage.config import LimitSettings
from triage.mail.parsing import headers
from triage.mail.parsing.bounds import message_tree

_KINDS = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_NAME = "winmail.dat"


def is_winmail(part: Message) -> bool:
    """Whether a part says that it is one, by its type or by its name."""
    if part.get_content_type() in _KINDS:
        return True
    names = (headers.parameter(part, "filename", "content-disposition"), headers.parameter(part, "name"))
    return any(name.strip().lower() == _NAME for name in names)


def unwrapped(data: bytes, limits: LimitSettings) -> Message | None:
    """The text and attachments in the part; None where it cannot be read. Raises ExceededError as for a message."""
    from triage.mail.outlook.tnef import as_mime

    mime = as_mime(data)
    return None if mime is None else message_tree(mime, limits)

"""Who writes to whom: mails between the same two people, found by keys and without comparing all with all."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from triage.mail.threading.mails import ThreadMail


def corresponds(one: ThreadMail, other: ThreadMail) -> bool:
    """Whether each one's sender takes part in the other; of one sender, whether both are addressed to one person."""
    return not set(written(one)).isdisjoint(sought(other))


def written(mail: ThreadMail) -> Iterator[Hashable]:
    """Who wrote to whom: a mail corresponds with another if it wrote what that one seeks."""
    if mail.sender:
        yield from ((mail.sender, name) for name in mail.people if name != mail.sender)
        yield from (("same sender", mail.sender, name) for name in mail.to)


def sought(mail: ThreadMail) -> Iterator[Hashable]:
    """What a mail must have written to correspond with this one."""
    if mail.sender:
        yield from ((name, mail.sender) for name in mail.people if name != mail.sender)
        yield from (("same sender", mail.sender, name) for name in mail.to)

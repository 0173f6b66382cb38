"""Joins by References and In-Reply-To (JWZ, https://www.jwz.org/doc/threading.html), with one more condition.

A reference alone does not say that two mails are of one conversation: all who answer a circular name the same mail,
and a mail that is passed on to somebody else keeps its references. So a mail joins one that it names only if they have
people in common, and none joins a broadcast: a mail that two or more answer to whom it was not addressed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence

from triage.mail.threading.correspondence import corresponds, sought, written
from triage.mail.threading.mails import ThreadMail

Pair = tuple[ThreadMail, ThreadMail]


def owners(mails: Sequence[ThreadMail]) -> dict[str, ThreadMail]:
    """The mail of each message token; of copies with one Message-ID the first. `mails` are in order."""
    found: dict[str, ThreadMail] = {}
    for mail in mails:
        if mail.message:
            found.setdefault(mail.message, mail)
    return found


def by_reference(mails: Sequence[ThreadMail], known: Mapping[str, ThreadMail]) -> Iterator[Pair]:
    """Pairs of a mail and an earlier or named one that belong to one thread; `mails` are in order."""
    named: dict[str, list[ThreadMail]] = defaultdict(list)
    for mail in mails:
        for token in mail.links:
            named[token].append(mail)
        if mail.message and known[mail.message] is not mail:
            yield from ((mail, one) for one in (known[mail.message],) if is_open(mail, one) or corresponds(mail, one))
    for token, those in named.items():
        if token not in known:
            yield from _siblings(those)
        elif not _is_broadcast(known[token], those):
            yield from ((mail, known[token]) for mail in those if shares_people(mail, known[token]))


def shares_people(one: ThreadMail, other: ThreadMail) -> bool:
    """Whether two mails have people in common, or nothing can be said of that."""
    return is_open(one, other) or bool(one.people & other.people)


def is_open(one: ThreadMail, other: ThreadMail) -> bool:
    """Whether nothing can be said of two mails' people: both went over a list, or neither says who takes part."""
    return (one.is_list and other.is_list) or (one.is_alone and other.is_alone)


def _is_broadcast(mail: ThreadMail, naming: Sequence[ThreadMail]) -> bool:
    """Whether two or more senders answer to whom it was not addressed, with nobody but its sender in common with it."""
    strangers = {one.sender for one in naming if not is_open(one, mail) and _is_stranger(one, mail)}
    return len(strangers) > 1


def _is_stranger(answer: ThreadMail, mail: ThreadMail) -> bool:
    return answer.sender not in mail.people and answer.people & mail.people <= {mail.sender}


def _siblings(naming: Sequence[ThreadMail]) -> Iterator[Pair]:
    """Mails that name the same absent one, of which nobody knows to whom it went: those that correspond.

    Of all with one way of writing to each other the last stands for the others, which are joined by then.
    """
    last: dict[Hashable, ThreadMail] = {}
    for mail in naming:
        more = [*(["list"] if mail.is_list else []), *(["alone"] if mail.is_alone else [])]
        yield from ((mail, last[key]) for key in (*sought(mail), *more) if key in last)
        last |= dict.fromkeys((*written(mail), *more), mail)

"""Joins by subject alone: of an answer that names no mail which is here, as some mail programs and exports leave it.

RFC 5256 and JWZ join all mails of one base subject. Here two customers may both write "Invoice", so that more is asked
of a pair: each one's sender takes part in the other, or both go to one list; and no more than SUBJECT_DAYS lie between
them.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from datetime import timedelta

from triage.mail.threading.correspondence import sought, written
from triage.mail.threading.mails import ThreadMail

SUBJECT_DAYS = 30
"""Days after which an equal subject says nothing any more."""


def by_subject(mails: Sequence[ThreadMail], present: Collection[str]) -> Iterator[tuple[ThreadMail, ThreadMail]]:
    """Each answer that names no present mail, with the last earlier mail that it may answer; `mails` are in order."""
    last: dict[tuple[str, Hashable], ThreadMail] = {}
    for mail in mails:
        if not mail.subject:
            continue
        if mail.says_answer and not any(link in present for link in mail.links):
            before = (last.get((mail.subject, key)) for key in (*sought(mail), *_lists(mail)))
            near = [one for one in before if one and mail.at - one.at <= timedelta(days=SUBJECT_DAYS)]
            if near:
                yield mail, max(near, key=lambda one: one.order)
        last |= {(mail.subject, key): mail for key in (*written(mail), *_lists(mail))}


def _lists(mail: ThreadMail) -> Iterator[Hashable]:
    """The addresses by which a mail may have gone over a list: who answers there writes to the list."""
    if mail.is_list and mail.sender:
        yield from (("list", name) for name in mail.people if name != mail.sender)

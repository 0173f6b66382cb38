"""Joins by subject alone: of an answer that names no mail which is here, as some mail programs and exports leave it.

RFC 5256 and JWZ join all mails of one base subject. Here two customers may both write "Invoice", so that more is asked
of a pair: each one's sender takes part in the other, or both go to one list; and no more than SUBJECT_DAYS lie between
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from triage.mail.threading.mails import ThreadMail
from triage.mail.threading.references import corresponds

SUBJECT_DAYS = 30
"""Days after which an equal subject says nothing any more."""

_MOST_LOOKED_AT = 500


def by_subject(mails: Sequence[ThreadMail], present: Collection[str]) -> Iterator[tuple[ThreadMail, ThreadMail]]:
    """Each answer that names no present mail, with the last earlier mail that it may answer; `mails` are in order."""
    earlier: dict[str, list[ThreadMail]] = defaultdict(list)
    for mail in mails:
        before = earlier[mail.subject]
        if mail.subject and mail.says_answer and not any(link in present for link in mail.links):
            answered = next((one for one in reversed(before[-_MOST_LOOKED_AT:]) if _fits(mail, one)), None)
            if answered:
                yield mail, answered
        before.append(mail)


def _fits(answer: ThreadMail, mail: ThreadMail) -> bool:
    if answer.at - mail.at > timedelta(days=SUBJECT_DAYS) or not (answer.sender and mail.sender):
        return False
    if answer.is_list and mail.is_list:  # who answers on a list writes to the list
        return bool((answer.people & mail.people) - {answer.sender, mail.sender})
    return corresponds(answer, mail)

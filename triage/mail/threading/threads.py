"""The threads of a set of mails: a function of the set alone, whatever the order in which mails arrive.

Two mails are of one thread where a chain of joins leads from one to the other. A thread is named after its first mail,
so that its name lasts while answers come, and of two threads that a late mail joins the older one's name stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from triage.mail.threading.groups import Groups
from triage.mail.threading.mails import JoinedBy, ThreadMail, ThreadRow
from triage.mail.threading.references import by_reference, owners
from triage.mail.threading.subjects import by_subject

Parents = dict[str, ThreadMail]


def threads(mails: Iterable[ThreadMail]) -> list[ThreadRow]:
    """The place of each mail, in order of time. Mails of one key are one mail.

    Time and memory grow with the mails and what they name.
    """
    known = sorted({mail.key: mail for mail in mails}.values(), key=lambda mail: mail.order)
    present = owners(known)
    joined, families = Groups(mail.key for mail in known), Groups()
    for one, other in by_reference(known, present):
        joined.join(one.key, other.key)
    answers = list(by_subject(known, present))
    for mail in known:
        for token in (mail.message, *mail.links):
            if token:
                families.join(("mail", mail.key), token)
    for mail, answered in answers:
        joined.join(mail.key, answered.key)
        families.join(("mail", mail.key), ("mail", answered.key))
    parents = _parents(known, present, {mail.key: answered for mail, answered in answers}, joined)
    return _rows(known, joined, families, parents, {mail.key for mail, _ in answers})


def _parents(
    known: Sequence[ThreadMail], present: Mapping[str, ThreadMail], answered: Mapping[str, ThreadMail], joined: Groups
) -> Parents:
    """The mail that each answers: the nearest that it names, of those in its thread; without going round in circles."""
    parents: Parents = {}
    for mail in known:
        named = (present[link] for link in reversed(_nearest_last(mail)) if link in present)
        in_thread = (one for one in named if joined.of(one.key) == joined.of(mail.key) and one.key != mail.key)
        parent = next(in_thread, answered.get(mail.key))
        if parent:
            parents[mail.key] = parent
    _break_circles(known, parents)
    return parents


def _nearest_last(mail: ThreadMail) -> tuple[str, ...]:
    """References end with what is answered; In-Reply-To counts where there are none (JWZ, step 1)."""
    if not mail.references or not mail.reply or mail.reply in mail.references:
        return mail.references or mail.links
    return (mail.reply, *mail.references)


def _break_circles(known: Sequence[ThreadMail], parents: Parents) -> None:
    """Takes the parent from the first mail of each circle, which only forged or broken references make."""
    done: set[str] = set()
    for mail in known:
        path: dict[str, None] = {}
        key = mail.key
        while key not in done and key not in path and key in parents:
            path[key] = None
            key = parents[key].key
        if key in path:
            circle = list(path)[list(path).index(key) :]
            first = min((parents[one] for one in circle), key=lambda one: one.order)
            del parents[first.key]
        done |= path.keys()


def _rows(
    known: Sequence[ThreadMail], joined: Groups, families: Groups, parents: Parents, subjects: set[str]
) -> list[ThreadRow]:
    firsts: dict[object, str] = {}
    rows, depths = [], _depths(known, parents)
    for mail in known:
        thread, family = joined.of(mail.key), families.of(("mail", mail.key))
        is_first = ("thread", thread) not in firsts
        rows.append(
            ThreadRow(
                mail.key,
                _name(firsts.setdefault(("thread", thread), mail.key)),
                _name(firsts.setdefault(("family", family), mail.key)),
                parents[mail.key].key if mail.key in parents else None,
                depths[mail.key],
                None if is_first else _joined_by(mail, parents.get(mail.key), subjects),
            )
        )
    return rows


def _name(key: str) -> str:
    """A name that a mail's key gives and that does not give the key, so that it may stay when the mail is erased."""
    return hashlib.sha256(f"thread {key}".encode()).hexdigest()[:32]


def _joined_by(mail: ThreadMail, parent: ThreadMail | None, subjects: set[str]) -> JoinedBy:
    if mail.key in subjects:
        return "subject"
    is_reply = parent is not None and parent.message == mail.reply and mail.reply not in mail.references
    return "in_reply_to" if is_reply else "references"


def _depths(known: Sequence[ThreadMail], parents: Parents) -> dict[str, int]:
    depths: dict[str, int] = {}
    for mail in known:
        path, key = [], mail.key
        while key not in depths and key in parents:
            path.append(key)
            key = parents[key].key
        depth = depths.setdefault(key, 0)
        for one in reversed(path):
            depth += 1
            depths[one] = depth
    return depths

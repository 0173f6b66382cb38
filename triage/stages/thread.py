"""The stage thread: `silver/mail` to `gold/threads`, by pseudonyms alone.

A batch is put together with the families that its mails touch, and with nothing else, so that the work grows with the
new mail. What must be looked up in the history is read by its columns: the tokens of Message-IDs, and a short hash of
subjects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.lake.store import Store
from triage.lake.tables import SILVER_MAIL, THREADS
from triage.mail.subjects import base_subject, is_forward, is_reply
from triage.mail.threading.mails import ThreadMail
from triage.mail.threading.subjects import SUBJECT_DAYS
from triage.mail.threading.threads import threads
from triage.privacy.pseudonyms.tokens import TOKEN

_READ = ("mail_key", "batch_id", "message_token", "thread_token", "reference_tokens", "reply_token", "sent_at",
         "received_at", "sender", "recipients", "subject", "list_mail")  # fmt: skip
_FOLLOWS = ("thread_id", "family_id", "parent_key", "depth", "joined_by")
"""The columns that later mails may change."""
_RECEIVE = frozenset({"to", "cc", "bcc"})
_HASH_BITS = 24
"""Bits of a subject's hash: enough to look few mails up, too few to tell a subject by."""

Row = dict[str, Any]


def thread_batch(batch_id: int, store: Store, at_once: int = 200_000) -> None:
    """Puts the published mails of a batch, and those of earlier ones that have no place yet, into threads.

    The driver holds the mails that are put together: a lake of an earlier version, all of whose mail has no place, is
    taken in groups of batches of `at_once` mails, or of one larger batch.
    """
    for batches in _groups(batch_id, store, at_once):
        _thread(batches, store)


def _groups(batch_id: int, store: Store, at_once: int) -> Iterator[range]:
    """The batches to do, put together while they have at most so many mails; one range, which may be empty, at least.

    What follows from this does not depend on the groups, so an attempt after a kill may form others.
    """
    first, end = store.last_batch(THREADS) + 1, batch_id + 1
    sizes = _sizes(range(first, end), store) if end - first > 1 else {}
    held = 0
    for batch, mails in sorted(sizes.items()):
        if held and held + mails > at_once:
            yield range(first, batch)
            first, held = batch, 0
        held += mails
    yield range(first, end)


def _sizes(batches: range, store: Store) -> dict[int, int]:
    """Published mails by batch; empty where there are none yet."""
    if not store.exists(SILVER_MAIL):
        return {}
    mails = store.read(SILVER_MAIL).where(f.col("batch_id").between(batches.start, batches.stop - 1))
    return {row.batch_id: row["count"] for row in mails.groupBy("batch_id").count().collect()}


def _thread(among: range, store: Store) -> None:
    """Rows of earlier mails change first, so that a repeated attempt finds the same again."""
    new = list(store.rows(SILVER_MAIL, _READ, batch_id=among))
    places = _touched(new, among.start - 1, store) if new and store.exists(THREADS) else {}
    mails = [_mail(row) for row in (*new, *_stored(places, store))]
    subjects = {mail.key: subject_hash(mail.subject) for mail in mails}
    batches = {row["mail_key"]: row["batch_id"] for row in (*new, *places.values())}
    moments = {mail.key: mail.at for mail in mails}
    rows = [
        {
            "mail_key": row.key,
            "batch_id": batches[row.key],
            "thread_id": row.thread,
            "family_id": row.family,
            "parent_key": row.parent,
            "depth": row.depth,
            "joined_by": row.joined_by,
            "sent_at": moments[row.key],
            "subject_hash": subjects[row.key],
        }
        for row in threads(mails)
    ]
    _write(rows, places, among.stop - 1, store)


def subject_hash(base: str) -> int | None:
    """The lowest _HASH_BITS bits of CRC-32 of a subject without its pseudonyms; None for an empty one."""
    plain = TOKEN.sub("<>", base)
    return crc32(plain.encode("utf-8", "surrogatepass")) & ((1 << _HASH_BITS) - 1) if plain else None


def _write(rows: Sequence[Row], places: Mapping[str, Row], batch_id: int, store: Store) -> None:
    changed = [
        row
        for row in rows
        if row["mail_key"] in places and any(row[name] != places[row["mail_key"]][name] for name in _FOLLOWS)
    ]
    if changed:
        values = [tuple(row[name] for name in THREADS.column_names) for row in changed]
        store.update(THREADS, store.spark.createDataFrame(values, THREADS.schema, verifySchema=False), _FOLLOWS)
    store.append_rows(THREADS, [row for row in rows if row["mail_key"] not in places], batch_id)


def _touched(new: Sequence[Row], done: int, store: Store) -> dict[str, Row]:
    """The rows of all families that have a Message-ID or, in a near time, a subject in common with new mails."""
    named = _of_tokens({token for row in new for token in _tokens(row)}, done, store)
    near = store.rows(THREADS, ("mail_key", "family_id"), mail_key=named) if named else ()
    families = {row["family_id"] for row in near} | set(_of_subjects(new, store))
    columns = ("mail_key", "batch_id", *_FOLLOWS)
    return {row["mail_key"]: row for row in store.rows(THREADS, columns, family_id=families)} if families else {}


def _of_tokens(tokens: Collection[str], done: int, store: Store) -> list[str]:
    """The keys of earlier mails that have or name one of the Message-IDs."""
    wanted = store.spark.createDataFrame([(token,) for token in tokens], "token string")
    earlier = store.read(SILVER_MAIL).where(f.col("batch_id") <= done)
    named = earlier.select("mail_key", f.explode(_all_tokens(earlier)).alias("token"))
    found = named.join(f.broadcast(wanted), "token", "left_semi").select("mail_key").distinct()
    return [row.mail_key for row in found.toLocalIterator()]


def _all_tokens(mails: DataFrame) -> Column:
    """As `_tokens`, as a column."""
    single = f.array("message_token", "reply_token", f.when(mails.reference_tokens.isNull(), mails.thread_token))
    return f.array_compact(f.concat(single, f.coalesce("reference_tokens", f.array().cast("array<string>"))))


def _tokens(row: Row) -> Iterator[str]:
    yield from (token for token in (row["message_token"], row["reply_token"], *_references(row)) if token)


def _references(row: Row) -> Sequence[str]:
    """A row of an older version has the first of References only."""
    given = row["reference_tokens"]
    return given if given is not None else [row["thread_token"]] if row["thread_token"] else []


def _of_subjects(new: Sequence[Row], store: Store) -> Iterator[str]:
    """The families with a mail whose subject may be that of a new mail, and whose time is near to it."""
    moments: dict[int, list[datetime]] = {}
    for row in new:
        digest = subject_hash(base_subject(row["subject"]))
        if digest is not None:
            moments.setdefault(digest, []).append(_moment(row))
    near = timedelta(days=SUBJECT_DAYS)
    bounds = {digest: (min(those) - near, max(those) + near) for digest, those in moments.items()}
    for row in store.rows(THREADS, ("family_id", "subject_hash", "sent_at"), subject_hash=bounds) if bounds else ():
        first, last = bounds[row["subject_hash"]]
        if first <= row["sent_at"] <= last:
            yield row["family_id"]


def _stored(places: Mapping[str, Row], store: Store) -> Iterator[Row]:
    if places:
        batches = {row["batch_id"] for row in places.values()}
        yield from store.rows(SILVER_MAIL, _READ, batch_id=batches, mail_key=places)


def _mail(row: Row) -> ThreadMail:
    recipients = [one for one in row["recipients"] or () if one["role"] in _RECEIVE]
    return ThreadMail(
        key=row["mail_key"],
        at=_moment(row),
        message=row["message_token"],
        references=tuple(_references(row)),
        reply=row["reply_token"],
        sender=_person(row["sender"]),
        to=_people([one for one in recipients if one["role"] == "to"]),
        others=_people([one for one in recipients if one["role"] != "to"]),
        subject=base_subject(row["subject"]),
        is_answer=is_reply(row["subject"]) or is_forward(row["subject"]),
        is_list=bool(row["list_mail"]),
    )


def _moment(row: Row) -> datetime:
    moment: datetime = row["sent_at"] or row["received_at"]
    return moment


def _people(participants: Sequence[Row]) -> frozenset[str]:
    return frozenset(filter(None, map(_person, participants)))


def _person(participant: Row | None) -> str | None:
    """The pseudonym of an address, else of a name; None where a policy left something that tells nobody apart."""
    shown = ((participant or {}).get(name) or "" for name in ("address", "name"))
    return next((value for value in shown if TOKEN.fullmatch(value)), None)

"""Threads over batches: the same as of all mails at once, and earlier rows follow what comes late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from triage.lake.store import Store
from triage.lake.tables import SILVER_MAIL, THREADS
from triage.stages.thread import subject_hash, thread_batch

START = datetime(2026, 3, 2, tzinfo=UTC)


def token(entity: str, name: str) -> str:
    return f"<{entity}_5b21e0_{name.encode().hex():0>16}>"


def row(key: str, day: int, people: str, references: str = "", subject: str = "Invoice", **more: Any) -> dict[str, Any]:
    """A row of silver/mail; `people` is `sender receiver`."""
    sender, receiver = ({"name": "", "address": token("EMAIL_ADDRESS", name)} for name in people.split())
    return {
        "mail_key": key,
        "message_token": token("MESSAGE_ID", key),
        "thread_token": token("MESSAGE_ID", (references.split() or [key])[0]),
        "reference_tokens": [token("MESSAGE_ID", name) for name in references.split()],
        "sent_at": START + timedelta(days=day),
        "received_at": START,
        "sender": sender,
        "recipients": [{"role": "to", **receiver}],
        "subject": subject,
        "body": "",
        "list_mail": False,
    } | more


BATCHES = [
    [row("a", 1, "ann us"), row("c", 3, "ann us", "a b"), row("x", 1, "bob us")],
    [row("d", 4, "us ann", "z", "Other")],
    [row("b", 2, "us ann", "a"), row("z", 0, "ann us", "a"), row("y", 9, "us bob", subject="Re: Invoice")],
]


def threads_of(store: Store) -> dict[str, tuple[str, str | None, str | None]]:
    columns = ("mail_key", "thread_id", "parent_key", "joined_by")
    return {
        one["mail_key"]: (one["thread_id"], one["parent_key"], one["joined_by"]) for one in store.rows(THREADS, columns)
    }


@pytest.mark.slow
def test_batches_give_what_all_mails_at_once_give(store: Store) -> None:
    for number, rows in enumerate(BATCHES, start=1):
        store.append_rows(SILVER_MAIL, [one | {"batch_id": number} for one in rows], number)
        thread_batch(number, store)
        if number == 2:
            before = threads_of(store)
            assert (before["c"][1], before["a"][0] == before["d"][0]) == ("a", False)
    thread_batch(3, store)  # repeated, as after a kill
    validate(threads_of(store))


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [1, 4, 100], ids=["a batch at a time", "two and one", "all at once"])
def test_an_older_lake_gives_the_same_in_groups_of_any_size(store: Store, at_once: int) -> None:
    for number, rows in enumerate(BATCHES, start=1):
        store.append_rows(SILVER_MAIL, [one | {"batch_id": number} for one in rows], number)
    thread_batch(4, store, at_once)
    validate(threads_of(store))
    assert store.last_batch(THREADS) == 4
    assert {row["mail_key"]: row["batch_id"] for row in store.rows(THREADS, ("mail_key", "batch_id"))} == {
        one["mail_key"]: number for number, rows in enumerate(BATCHES, start=1) for one in rows
    }


def validate(found: dict[str, tuple[str, str | None, str | None]]) -> None:
    names = {key: {other for other in found if found[other][0] == found[key][0]} for key in found}
    assert names["a"] == {"a", "b", "c", "d", "z"}, "z came late and joined d"
    assert names["x"] == {"x", "y"}, "by subject and people"
    assert {key: place[1:] for key, place in found.items()} == {
        "a": (None, "references"),
        "b": ("a", "references"),
        "c": ("b", "references"),
        "d": ("z", "references"),
        "x": (None, None),
        "y": ("x", "subject"),
        "z": ("a", None),
    }


@pytest.mark.slow
def test_a_lake_of_an_older_version_is_threaded_by_its_first_references(store: Store) -> None:
    old = [
        one | {"batch_id": 1, "reference_tokens": None} for one in (row("a", 1, "ann us"), row("c", 3, "us ann", "a"))
    ]
    store.append_rows(SILVER_MAIL, old, 1)
    store.append_rows(SILVER_MAIL, [row("d", 4, "ann us", "a c") | {"batch_id": 2}], 2)
    thread_batch(2, store)
    assert {place[0] for place in threads_of(store).values()} == {threads_of(store)["a"][0]}


@pytest.mark.slow
def test_a_batch_without_published_mail_is_done(store: Store) -> None:
    thread_batch(1, store)
    assert store.last_batch(THREADS) == 1


def test_hash_of_a_subject_does_not_depend_on_the_key() -> None:
    one, other = (f"invoice of <PERSON_{key}_7f3a9c0de1b2a394>" for key in ("5b21e0", "aaaaaa"))
    assert subject_hash(one) == subject_hash(other) != subject_hash("invoice of somebody")
    assert subject_hash("") is None

"""Threads: which mails belong together, whatever their order."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.mail.threading.mails import ThreadMail, ThreadRow
from triage.mail.threading.threads import threads

START = datetime(2026, 3, 2, tzinfo=UTC)


def mail(
    key: str, line: str = "", references: str = "", reply: str = "", subject: str = "", day: float = 0, **more: bool
) -> ThreadMail:
    """A mail whose Message-ID is its key; `line` is `sender to,to cc`; a subject that begins with `Re:` answers."""
    sender, to, others = [*line.split(" "), "", "", ""][:3]
    return ThreadMail(
        key=key,
        at=START + timedelta(days=day or ord(key[-1]) / 100),
        message=key,
        references=tuple(references.split()),
        reply=reply or None,
        sender=sender or None,
        to=frozenset(filter(None, to.split(","))),
        others=frozenset(filter(None, others.split(","))),
        subject=subject.removeprefix("Re: "),
        is_answer=subject.startswith("Re: "),
        **more,
    )  # fmt: skip


def grouped(rows: list[ThreadRow]) -> set[str]:
    """Each thread as the keys of its mails, sorted and joined."""
    found = defaultdict(list)
    for row in rows:
        found[row.thread].append(row.key)
    return {" ".join(sorted(keys)) for keys in found.values()}


@pytest.mark.parametrize(
    ("mails", "expected"),
    [
        pytest.param([mail("a", "ann us"), mail("b", "us ann", "a"), mail("c", "ann us", "a b")], {"a b c"}, id="references"),
        pytest.param([mail("a", "ann us"), mail("b", "us ann", reply="a")], {"a b"}, id="in-reply-to"),
        pytest.param([mail("b", "ann us", "x"), mail("c", "us ann", "x b0"), mail("d", "ann us", "x")], {"b c d"}, id="absent mail in common"),
        pytest.param([mail("a"), mail("b", references="a"), mail("c", references="a")], {"a b c"}, id="people unknown"),
        pytest.param([mail("a", "ann r-help", is_list=True), mail("b", "bob r-help", "a", is_list=True)], {"a b"}, id="list"),
        pytest.param([mail("a", "ann us"), mail("b", "bob us")], {"a", "b"}, id="nothing in common but the company"),
        pytest.param(
            [mail("a", "news news"), mail("b", "ann news", "a"), mail("c", "bob news", "a"), mail("d", "news ann", "a b"), mail("e", "news bob", "a c")],
            {"a", "b d", "c e"}, id="two customers answer a circular",
        ),
        pytest.param(
            [mail("b", "ann news", "x"), mail("c", "bob news", "x"), mail("d", "news ann", "x b"), mail("e", "news bob", "x c")],
            {"b d", "c e"}, id="two customers answer a circular that is absent",
        ),
        pytest.param([mail("a", "news"), mail("b", "ann news", "a"), mail("c", "bob news", "a")], {"a", "b", "c"}, id="circular without To"),
        pytest.param([mail("a", "ann us"), mail("b", "us supplier", "a")], {"a b"}, id="passed on by its receiver"),
        pytest.param([mail("a", "ann us"), mail("b", "agent supplier", "a")], {"a", "b"}, id="passed on with nobody in common"),
        pytest.param([mail("a", "ann us", subject="Invoice"), mail("b", "us ann", subject="Re: Invoice")], {"a b"}, id="subject"),
        pytest.param([mail("a", "ann us", subject="Invoice"), mail("b", "bob us", subject="Re: Invoice")], {"a", "b"}, id="subject of two customers"),
        pytest.param([mail("a", "us ann", subject="Invoice"), mail("b", "us bob", subject="Re: Invoice")], {"a", "b"}, id="subject to two customers"),
        pytest.param([mail("a", "ann us", subject="Invoice"), mail("b", "us ann", "x", subject="Invoice")], {"a b"}, id="subject, what it names is absent"),
        pytest.param(
            [mail("a", "ann r-help", subject="Room", is_list=True), mail("b", "bob r-help", subject="Re: Room", is_list=True)],
            {"a b"}, id="subject on a list",
        ),
        pytest.param([mail("a", "ann us", subject="Invoice"), mail("b", "us ann", subject="Invoice")], {"a", "b"}, id="subject without Re:"),
        pytest.param([mail("a", "ann us", subject="Invoice", day=1), mail("b", "us ann", subject="Re: Invoice", day=32)], {"a", "b"}, id="subject too late"),
        pytest.param([mail("a", "ann us", "b"), mail("b", "us ann", "a")], {"a b"}, id="each names the other"),
        pytest.param([mail("a", "ann us", "a")], {"a"}, id="names itself"),
    ],
)  # fmt: skip
def test_mails_of_a_thread(mails: list[ThreadMail], expected: set[str]) -> None:
    assert grouped(threads(mails)) == expected


def test_place_in_the_thread() -> None:
    mails = [
        mail("a", "ann us", subject="Invoice"),
        mail("b", "us ann", "a", subject="Re: Invoice"),
        mail("c", "ann us", reply="b", subject="Re: Invoice"),
        mail("d", "us ann", subject="Re: Invoice"),
    ]
    rows = {row.key: (row.parent, row.depth, row.joined_by) for row in threads(mails)}
    assert rows == {
        "a": (None, 0, None),
        "b": ("a", 1, "references"),
        "c": ("b", 2, "in_reply_to"),
        "d": ("c", 3, "subject"),
    }


def test_a_late_mail_joins_two_threads_under_the_older_name() -> None:
    first, second, late = mail("a", "ann us"), mail("c", "ann us"), mail("b", "us ann", "a c")
    names = {row.key: row.thread for row in threads([first, second])}
    joined = {row.key: row.thread for row in threads([first, second, late])}
    assert names["a"] != names["c"]
    assert set(joined.values()) == {names["a"]}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda n: mail(f"k{n}", f"news c{n}", "absent"), id="answers to an absent circular"),
        pytest.param(lambda n: mail(f"k{n}", f"c{n} news", "k0"), id="answers to a circular"),
        pytest.param(lambda n: mail(f"k{n}", "ann us", f"k{n - 1}"), id="one long thread"),
        pytest.param(lambda n: mail(f"k{n}", f"c{n} us", subject="Re: Invoice"), id="one subject"),
        pytest.param(
            lambda n: mail(f"k{n}", "ann us", " ".join(f"r{n}.{at}" for at in range(20))), id="many references"
        ),
    ],
)
def test_time_grows_with_the_mails(make: Callable[[int], ThreadMail]) -> None:
    def seconds(count: int) -> float:
        mails = [make(number) for number in range(count)]
        start = time.process_time()
        threads(mails)
        return time.process_time() - start

    assert min(seconds(1_200) / max(seconds(300), 1e-3) for _ in range(2)) < 12


PEOPLE = ("ann", "bob", "us", "news", "agent")
MAILS = st.lists(
    st.builds(
        lambda number, sender, to, links, reply, subject, is_list: (number, sender, to, links, reply, subject, is_list),
        st.integers(0, 11),
        st.sampled_from((*PEOPLE, "")),
        st.sets(st.sampled_from(PEOPLE), max_size=2),
        st.lists(st.integers(0, 14), max_size=3),
        st.none() | st.integers(0, 14),
        st.sampled_from(("", "Invoice", "Re: Invoice", "Re: Room")),
        st.booleans(),
    ),
    max_size=12,
)


def drawn(rows: list[tuple[Any, ...]]) -> list[ThreadMail]:
    return [
        mail(
            f"k{at:02}", f"{sender} {','.join(sorted(to))}", " ".join(f"k{link:02}" for link in links),
            "" if reply is None else f"k{reply:02}", subject, day=1 + number * 5, is_list=is_list,
        )
        for at, (number, sender, to, links, reply, subject, is_list) in enumerate(rows)
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(MAILS, st.integers(0, 99))
def test_order_of_arrival_makes_no_difference(rows: list[tuple[Any, ...]], seed: int) -> None:
    mails = drawn(rows)
    shuffled = random.Random(seed).sample(mails, len(mails))
    assert threads(mails) == threads(shuffled) == threads([*mails, *shuffled])


@settings(max_examples=150, deadline=None)
@given(MAILS)
def test_every_mail_has_one_place_and_families_hold_whole_threads(rows: list[tuple[Any, ...]]) -> None:
    mails = drawn(rows)
    found = {row.key: row for row in threads(mails)}
    assert sorted(found) == sorted(mail.key for mail in mails)
    families = defaultdict(set)
    for row in found.values():
        families[row.thread].add(row.family)
        if row.parent:
            assert found[row.parent].thread == row.thread
            assert row.depth == found[row.parent].depth + 1
    assert all(len(those) == 1 for those in families.values())


@settings(max_examples=150, deadline=None)
@given(MAILS, st.integers(0, 99), st.integers(1, 10))
def test_families_that_new_mails_touch_are_all_that_must_be_looked_at(
    rows: list[tuple[Any, ...]], seed: int, batches: int
) -> None:
    """Batch by batch, with the mails of touched families only, comes out what all mails at once give."""
    every = drawn(rows)
    order = random.Random(seed).sample(every, len(every))
    stored: dict[str, ThreadRow] = {}
    arrived: dict[str, ThreadMail] = {}
    for at in range(batches):
        new = order[at::batches]
        named = {token for one in new for token in (one.message, *one.links)}
        subjects = {one.subject for one in new if one.subject}
        touched = {
            stored[old.key].family
            for old in arrived.values()
            if named & {old.message, *old.links} or old.subject in subjects
        }
        again = [old for old in arrived.values() if stored[old.key].family in touched]
        stored |= {row.key: row for row in threads([*again, *new])}
        arrived |= {one.key: one for one in new}
    assert sorted(stored.values(), key=lambda row: row.key) == sorted(threads(every), key=lambda row: row.key)

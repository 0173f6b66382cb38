"""Which mails count as near: the cosine over rare words, by hand."""

from __future__ import annotations

import math

import pytest

from tests.learning.page.builders import key_of, mail
from triage.learning.page.desk.near import NearMails

# 4 mails; words 1 (in all), 2 (in two), 3 and 4 (in one each)
MAILS = [mail(n, terms=frozenset(terms)) for n, terms in enumerate([{1, 2}, {1, 2, 3}, {1, 4}, {1}])]


def square(rows_with: int) -> float:
    """Of the inverse document frequency over 4 mails, log((4 + 1) / (n + 1))."""
    return math.log(5 / (rows_with + 1)) ** 2


def test_similarity_is_the_cosine_of_weighted_words() -> None:
    (found,) = NearMails(MAILS).near(MAILS[0], {key_of(1): "sales"})
    expected = square(2) / math.sqrt(square(2) * (square(2) + square(1)))
    assert found.similarity == pytest.approx(expected)
    assert (found.mail.subject, found.label) == ("Invoice 1", "sales")


def test_a_mail_is_not_near_itself_nor_those_that_nobody_decided() -> None:
    assert NearMails(MAILS).near(MAILS[0], {key_of(0): "sales"}) == []
    assert NearMails(MAILS).near(MAILS[0], {}) == []


def test_words_that_all_mails_have_make_none_alike() -> None:
    assert NearMails(MAILS).near(MAILS[3], {key_of(n): "sales" for n in range(3)}) == []


def test_the_most_alike_come_first_and_only_some() -> None:
    like = [mail(n, terms=frozenset({7, 8, *range(100, 100 + n)})) for n in range(6)]
    mails = like + [mail(n, terms=frozenset({5})) for n in range(10, 70)]
    found = NearMails(mails).near(mails[0], {one.mail_key: "hr" for one in mails})
    assert [one.mail.mail_key for one in found] == [key_of(1), key_of(2), key_of(3)]

"""Profiles of tables in memory: every feature and slice by hand, and parts that are merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.monitoring.profiles.rows import AT, HOUR, label, table
from triage.monitoring.profiles.distributions import Counts, Numbers, Terms
from triage.monitoring.profiles.partial import partial_profile
from triage.monitoring.profiles.profile import Profile, Slice, merged_profiles

Rows = list[Mapping[str, Any]]
HR = label("category", "hr", "hr", 0.9)
UNSURE = label("category", None, "billing", 0.4, "LOW_SCORE")


def run_of(*rows: Mapping[str, Any]) -> Slice:
    return partial_profile(table(rows), AT).run


@pytest.mark.parametrize(
    ("feature", "rows", "counts"),
    [
        ("language", [{"language": "de"}, {}, {}], {"de": 1, "en": 2}),
        ("attachments", [{"attachments": n} for n in (0, 1, 2, 3, 9)], {"0": 1, "1": 1, "2": 1, "3 or more": 2}),
        ("entities", [{"entity_counts": [("PERSON", 2), ("PHONE", 1)]}, {"entity_counts": [("PERSON", 3)]},
                      {"entity_counts": None}], {"PERSON": 5, "PHONE": 1}),
        ("signs", [{}, {"bulk": True, "has_html": True}, {"reply": True}],
         {"none": 1, "bulk, has_html": 1, "reply": 1}),
        ("marks", [{"marks": ["A", "B"]}, {"marks": ["A"]}, {"marks": None}], {"A": 2, "B": 1}),
        ("present", [{"present": ["subject", "body"]}, {"present": []}], {"subject": 1, "body": 1}),
        ("valid", [{}, {"language": "und"}, {"marks": ["DATE_UNREADABLE"]}, {"marks": ["X", "DATE_AFTER_RECEIPT"]},
                   {"garbled": 2}, {"garbled": 0}],
         {"language_known": 5, "date_plausible": 4, "body_not_garbled": 5}),
        ("queue", [{}, {"queue": "hr"}, {"queue": None}], {"desk": 1, "hr": 1}),
        ("rule", [{}, {"rule": "r1"}], {"default": 1, "r1": 1}),
        ("priority", [{"priority": "high"}, {}, {"queue": None}], {"high": 1, "abstained": 1}),
        (
            "hours_waited",
            [{"received_at": AT - waited} for waited in (-HOUR, 0, 1, HOUR, HOUR + 1, 720 * HOUR, 720 * HOUR + 1)],
            {"0": 2, "1": 2, "2": 1, "720": 1, "more": 1},
        ),
        ("due_state", [{}, {"due_at": AT + 1}, {"due_at": AT}, {"due_at": AT - 1}, {"queue": None}],
         {"none": 1, "in_time": 2, "overdue": 1}),
        ("sender_kind", [{}, {"bulk": True}, {"bulk": True, "list_mail": True}, {"auto_submitted": True},
                         {"auto_submitted": True, "bounce": True}],
         {"human": 1, "bulk": 1, "list": 1, "automatic": 1, "bounce": 1}),
        ("length", [{"body_chars": n} for n in (0, 199, 200, 1499, 1500)], {"short": 2, "medium": 2, "long": 1}),
        ("style", [{"words": 20, "rare_words": 3}, {"words": 20, "rare_words": 10}, {"words": 5, "rare_words": 5},
                   {"words": 50}, {}], {"plain": 1, "unusual": 1}),
        ("label.category", [{"labels": [HR]}, {"labels": [HR]}, {"labels": [UNSURE]}, {}], {"hr": 2, "abstained": 1}),
        ("best_label.category", [{"labels": [HR]}, {"labels": [UNSURE]}], {"hr": 1, "billing": 1}),
        ("abstained.category", [{"labels": [HR]}, {"labels": [UNSURE]}], {"decided": 1, "LOW_SCORE": 1}),
        ("reason", [{"published": False, "reasons": ["EMPTY", "TOO_DEEP"]}, {"published": False, "reasons": ["EMPTY"]}],
         {"EMPTY": 2, "TOO_DEEP": 1}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_counts(feature: str, rows: Rows, counts: dict[str, int]) -> None:
    assert run_of(*rows).counts(feature) == Counts(Counter(counts))


@pytest.mark.parametrize(
    ("feature", "rows", "numbers", "missing"),
    [
        ("body_chars", [{"body_chars": 5}, {"body_chars": 7}], [5, 7], 0),
        ("size_bytes", [{"size_bytes": 5}], [5], 0),
        ("language_score", [{"language_score": 0.5}, {}], [0.5], 1),
        ("words", [{"words": 4}, {}], [4], 1),
        ("rare_share", [{"words": 4, "rare_words": 1}, {"words": 4}, {"words": 0, "rare_words": 0}], [0.25], 2),
        ("garbled", [{"garbled": 3}, {}], [3], 1),
        ("hours_to_route", [{"received_at": AT - 2 * HOUR}, {"received_at": AT + HOUR}], [-1, 2], 0),
        ("hours_to_due", [{"due_at": AT - 3 * HOUR}, {"due_at": AT + HOUR}, {}], [-3, 1], 1),
        ("score.category", [{"labels": [HR]}, {"labels": [UNSURE]}, {}], [0.4, 0.9], 0),
        ("decided_score.category", [{"labels": [HR]}, {"labels": [UNSURE]}, {}], [0.9], 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_numbers(feature: str, rows: Rows, numbers: list[float], missing: int) -> None:
    found = run_of(*rows).numbers(feature)
    assert (found.total, found.missing) == (len(numbers), missing)
    assert found.sum == pytest.approx(sum(numbers))
    assert [found.at_most([n])[0] for n in numbers] == [(i + 1) / len(numbers) for i in range(len(numbers))]


def test_a_mail_is_in_one_slice_of_each_kind() -> None:
    rows: Rows = [
        {"language": "de", "labels": [UNSURE], "terms": [1, 2]},
        {"source": "/other", "labels": [HR], "terms": [2], "body_chars": 5000, "words": 30, "rare_words": 9},
        {"queue": "hr", "bulk": True, "words": 30, "rare_words": 0},
        {"published": False, "source": "/other", "reasons": ["EMPTY"], "language": None, "queue": None},
    ]
    found = partial_profile(table(rows), AT)
    assert {key: (part.published, part.quarantined) for key, part in found.slices.items()} == {
        ("run", ""): (3, 1),
        ("source", "/mail"): (2, 0),
        ("source", "/other"): (1, 1),
        ("language", "de"): (1, 0),
        ("language", "en"): (2, 0),
        ("queue", "desk"): (2, 0),
        ("queue", "hr"): (1, 0),
        ("category", "abstained"): (1, 0),
        ("category", "hr"): (1, 0),
        ("sender_kind", "human"): (2, 0),
        ("sender_kind", "bulk"): (1, 0),
        ("length", "short"): (2, 0),
        ("length", "long"): (1, 0),
        ("style", "plain"): (1, 0),
        ("style", "unusual"): (1, 0),
    }
    assert found["source", "/other"].counts("reason").counts == {"EMPTY": 1}
    assert found["category", "hr"].counts("label.category").counts == {"hr": 1}
    assert found["queue", "desk"].terms().mails == {1: 1, 2: 2}
    assert found["length", "short"].terms() == Terms()
    assert found["language", "de"].numbers("body_chars").total == 1


def test_terms_of_a_kind_with_one_slice_are_those_of_its_mails() -> None:
    found = partial_profile(table([{"queue": None, "terms": [1]}, {"terms": [2]}, {"queue": None, "terms": [3]}]), AT)
    assert found["queue", "desk"].terms().mails == {2: 1}
    assert found.run.terms().mails == {1: 1, 2: 1, 3: 1}


def test_nothing_gives_the_profile_of_no_mail() -> None:
    assert partial_profile(table([]), AT) == Profile()


def test_many_terms_are_counted_as_few_are() -> None:
    rows: Rows = [{"terms": list(range(i, i + 100))} for i in range(1000)]
    every = Counter(term for row in rows for term in row["terms"])
    assert run_of(*rows).terms().mails == dict(every)


texts = st.sampled_from(["a", "b", "c"])
observed = st.fixed_dictionaries(
    {
        "published": st.booleans(),
        "language": st.sampled_from(["de", "en", "und"]),
        "source": texts,
        "queue": st.none() | texts,
        "body_chars": st.integers(0, 3000),
        "terms": st.none() | st.lists(st.integers(0, 5), unique=True),
        "entity_counts": st.lists(st.tuples(texts, st.integers(1, 3)), unique_by=lambda pair: pair[0]),
        "marks": st.none() | st.lists(texts),
        "reasons": st.lists(texts, unique=True),
        "labels": st.just([]) | st.just([HR]) | st.just([UNSURE, label("kind", "human", "human", 0.8)]),
    }
)


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(st.lists(observed, max_size=30), st.lists(st.integers(0, 30), max_size=4))
def test_parts_of_any_split_merge_to_the_whole(rows: Rows, cuts: list[int]) -> None:
    whole = partial_profile(table(rows), AT)
    ends = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    parts = [partial_profile(table(rows[a:b]), AT) for a, b in pairwise(ends)]
    merged = merged_profiles(reversed(parts))
    assert merged.slices.keys() == whole.slices.keys()
    for key, part in whole.slices.items():
        other = merged[key]
        assert (part.published, part.quarantined) == (other.published, other.quarantined)
        assert part.features.keys() == other.features.keys()
        for name, found in part.features.items():
            same(found, other.features[name])


def same(found: object, other: object) -> None:
    if isinstance(found, Numbers) and isinstance(other, Numbers):
        assert (found.total, found.missing, found.ends) == (other.total, other.missing, other.ends)
        assert found.sum == pytest.approx(other.sum)
        assert found.quantiles([0.1, 0.5, 0.9]) == other.quantiles([0.1, 0.5, 0.9]), "few numbers are exact"
    else:
        assert found == other


def test_ranks_of_many_merged_parts_stay_within_the_sketchs_error() -> None:
    numbers = np.random.default_rng(4).lognormal(6, 1.5, 40_000).astype(int)
    parts = np.array_split(numbers, 16)
    merged = merged_profiles(partial_profile(table({"body_chars": int(n)} for n in part), AT) for part in parts)
    found = merged.run.numbers("body_chars")
    edges = np.quantile(numbers, np.arange(0.05, 1, 0.05)).tolist()
    exact = [float((numbers <= edge).mean()) for edge in edges]
    assert np.abs(np.array(found.at_most(edges)) - exact).max() < 0.0165
    assert found.ends == (numbers.min(), numbers.max())

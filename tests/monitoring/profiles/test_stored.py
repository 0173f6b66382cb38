"""Profiles as rows of metrics/profiles and back."""

from __future__ import annotations

from tests.monitoring.builders import RUN
from tests.monitoring.profiles.rows import AT, table
from triage.lake.tables import PROFILES
from triage.monitoring.profiles.partial import partial_profile
from triage.monitoring.profiles.stored import profile_from, profile_rows, taxonomy_version

PROFILE = partial_profile(table({"terms": [n % 2, 7], "language": "de" if n < 3 else "en"} for n in range(10)), AT)


def test_rows_lead_back_to_the_profile() -> None:
    rows = profile_rows(PROFILE, RUN, "t1")
    assert {tuple(row) for row in rows} == {tuple(PROFILES.column_names)}
    assert {(row["by"], row["slice"], row["published"]) for row in rows} >= {("run", "", 10), ("language", "de", 3)}
    found = profile_from(rows)
    assert found.slices.keys() == PROFILE.slices.keys()
    assert found.run.counts("language") == PROFILE.run.counts("language")
    assert found.run.numbers("body_chars").total == 10


def test_a_term_of_few_mails_is_not_stored() -> None:
    found = profile_from(profile_rows(PROFILE, RUN, "t1"))
    assert found.run.terms().mails == {7: 10, 0: 5, 1: 5}
    assert found["language", "de"].terms().mails == {}
    assert found["language", "de"].terms().rest == 6


def test_rows_of_two_runs_are_one_profile_of_both() -> None:
    rows = profile_rows(PROFILE, RUN, "t1")
    assert profile_from([*rows, *rows]).run.published == 20


def test_a_taxonomy_has_one_version_in_any_order() -> None:
    one = taxonomy_version({"kind": ["a", "b"], "category": ["x"]})
    assert one == taxonomy_version({"category": ["x"], "kind": ["b", "a"]})
    assert one != taxonomy_version({"category": ["x"], "kind": ["b", "c"]})
    assert one != taxonomy_version({"category": ["x"]})

"""Draws over a small lake: budgets, shares, and what is never drawn."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.learning.corrections.lakes import NOW, begin_erasure
from tests.learning.review.drawing.lakes import DUPLICATES, KEYS, SETTLED, TEAMS, made
from tests.learning.review.lakes import correction
from triage.config import Settings, load_settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, REVIEW_QUEUE
from triage.learning.review.drawing.mails import Mails, window_of
from triage.learning.review.drawing.terms import supporting_terms
from triage.learning.review.queue import draw, reviewed_heads
from triage.privacy.pseudonyms.keys import keys_from_secret

LAKE_KEYS = keys_from_secret(b"s" * 32)
FIRST, SECOND = NOW + timedelta(days=1), NOW + timedelta(days=2)
BUDGET = 10
Rows = list[dict[str, Any]]


def settings_of(root: Path, *overrides: str) -> Settings:
    own = [
        f"lake.root={root}/lake",
        f"mlflow.tracking_uri=sqlite:///{root}/mlflow.db",
        f"learning.review.budget={BUDGET}",
    ]
    shares = [f"learning.review.{name}={share}" for name, share in (("audit_share", 0.2), ("gold_share", 0.1))]
    return load_settings(
        overrides=[*own, *shares, "learning.review.new_share=0", "learning.review.strategy=margin", *overrides]
    )


def queue(store: Store) -> Rows:
    return list(store.rows(REVIEW_QUEUE, REVIEW_QUEUE.column_names))


def mails_of(rows: Rows, purpose: str) -> set[str]:
    return {row["mail_key"] for row in rows if row["purpose"] == purpose}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("review")


@pytest.fixture(scope="module")
def lake(root: Path, spark: SparkSession) -> Store:
    return made(root / "lake", spark)


@pytest.fixture(scope="module")
def first(lake: Store, root: Path) -> Rows:
    found = draw(lake, settings_of(root), LAKE_KEYS, FIRST)
    rows = queue(lake)
    assert found == Counter(
        (team, purpose) for team, purpose, _ in {(r["team"], r["purpose"], r["mail_key"]) for r in rows}
    )
    return rows


@pytest.mark.slow
class TestFirstDraw:
    def test_each_team_gets_its_budget_and_no_mail_twice(self, first: Rows) -> None:
        by_mail = {row["mail_key"]: row["team"] for row in first}
        assert all(KEYS[key][0] == team for key, team in by_mail.items())
        assert all(count >= BUDGET for count in Counter(by_mail.values()).values())
        assert len({(row["mail_key"], row["head"]) for row in first}) == len(first)
        assert len({(row["mail_key"], row["purpose"]) for row in first}) == len(by_mail)

    def test_the_audit_has_its_share_and_asks_about_all_heads(self, first: Rows) -> None:
        audits = [row for row in first if row["purpose"] == "audit"]
        assert len(mails_of(first, "audit")) == round(0.2 * BUDGET * len(TEAMS))
        heads = Counter(row["mail_key"] for row in audits)
        assert set(heads.values()) == {2}

    def test_a_settled_mail_is_asked_as_a_gold_question_only(self, first: Rows) -> None:
        settled = {key for key, (_, number) in KEYS.items() if number == SETTLED}
        asked = [row for row in first if row["mail_key"] in settled and row["purpose"] != "audit"]
        assert {(row["purpose"], row["head"]) for row in asked} <= {("gold_question", "category")}

    def test_of_near_duplicates_one_is_drawn(self, first: Rows) -> None:
        drawn = Counter(KEYS[key][0] for key in mails_of(first, "uncertain") if KEYS[key][1] in DUPLICATES)
        assert set(drawn.values()) <= {1}

    def test_the_least_certain_others_are_drawn(self, first: Rows) -> None:
        others = {
            team: sorted(KEYS[key][1] for key in mails_of(first, "uncertain") if KEYS[key][0] == team) for team in TEAMS
        }
        audited = {KEYS[key] for key in mails_of(first, "audit")}
        for team, numbers in others.items():
            free = [n for n in range(len(DUPLICATES), 40) if (team, n) not in audited]
            single = [n for n in numbers if n not in DUPLICATES]
            assert single == free[: len(single)]

    def test_a_value_is_the_cost_of_an_error_times_its_probability(self, first: Rows) -> None:
        for row in first:
            number, cost = KEYS[row["mail_key"]][1], {"category": 2.0, "priority": 2.0}[row["head"]]
            assert row["value"] == pytest.approx(cost * (0.6 - number / 100))
            assert row["score"] == pytest.approx(0.4 + number / 100)

    def test_places_are_those_of_the_teams_mails(self, first: Rows) -> None:
        for team in TEAMS:
            places = {row["mail_key"]: row["place"] for row in first if row["team"] == team}
            assert sorted(places.values()) == list(range(1, len(places) + 1))

    def test_a_full_queue_is_not_filled_further_and_an_answered_one_by_other_mails(
        self, first: Rows, lake: Store, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The mail that is erased while the words of the drawn ones are looked up is not drawn."""
        assert not draw(lake, settings_of(root), LAKE_KEYS, SECOND)
        answered = [row for row in first if row["team"] == "billing"]
        lake.add(
            CORRECTIONS,
            [
                correction(n, mail_key=row["mail_key"], head=row["head"], corrected_at=SECOND, corrected_by=who)
                for n, (row, who) in enumerate((row, who) for row in answered for who in ("ann", "ben"))
            ],
        )
        erased: list[str] = []

        def erased_meanwhile(*args: Any) -> Any:
            erased.append(min(args[2]))
            begin_erasure(lake, LAKE_KEYS, *erased)
            return supporting_terms(*args)

        monkeypatch.setattr("triage.learning.review.queue.supporting_terms", erased_meanwhile)
        found = draw(lake, settings_of(root), LAKE_KEYS, SECOND + timedelta(days=1))
        assert sum(found.values()) == BUDGET - 1
        new = [row for row in queue(lake) if row["draw_id"] != first[0]["draw_id"]]
        assert {row["team"] for row in new} == {"billing"}
        drawn = {row["mail_key"] for row in new}
        assert len(drawn - set(erased)) == len(drawn) == BUDGET - 1
        assert not {row["mail_key"] for row in new if row["purpose"] != "gold_question"} & {
            row["mail_key"] for row in first
        }
        assert not mails_of(new, "audit")  # all batches were seen by the first draw


@pytest.mark.slow
def test_the_audit_takes_the_smallest_hashes_of_the_batches_that_no_draw_has_seen(
    spark: SparkSession, lake: Store, root: Path
) -> None:
    window = window_of(lake, 30, seen_batch=1)
    assert window is not None
    assert window.newest_batch == 2
    mails = Mails(lake, tuple(load_taxonomy(settings_of(root))), window)
    later = [key for key, (_, number) in KEYS.items() if number >= 30]
    expected = sorted(later, key=lambda key: hashlib.sha256(f"secret{key}".encode()).hexdigest())[:6]
    assert {mail.mail_key for mail in mails.audit(6, "secret")} == set(expected)


def test_a_head_that_is_not_known_is_an_error_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no head mood"):
        reviewed_heads(settings_of(tmp_path, 'learning.review.heads=["mood"]'))


def test_heads_may_be_chosen(tmp_path: Path) -> None:
    chosen = reviewed_heads(settings_of(tmp_path, 'learning.review.heads=["priority"]'))
    assert [head.name for head in chosen] == ["priority"]


@pytest.mark.slow
def test_mails_that_wait_for_another_person_come_first_and_half_answered_ones_use_no_budget(
    spark: SparkSession, tmp_path: Path
) -> None:
    lake = made(tmp_path / "lake", spark)
    settings = settings_of(tmp_path, "learning.review.second_share=1")
    billing = sorted(key for key, (team, number) in KEYS.items() if team == "billing" and number < SETTLED)
    given = [("ann", billing[0], "hr"), ("ben", billing[0], "sales"), ("cy", billing[1], "hr")]
    lake.add(
        CORRECTIONS,
        [
            correction(n, mail_key=key, label=label, corrected_at=NOW + timedelta(hours=1), corrected_by=who)
            for n, (who, key, label) in enumerate(given)
        ],
    )
    draw(lake, settings, LAKE_KEYS, FIRST)
    first = queue(lake)
    [waiting] = [row for row in first if row["purpose"] == "unsettled"]
    assert (waiting["mail_key"], waiting["head"], waiting["answers"]) == (billing[0], "category", 3)
    twice = [row for row in first if row["team"] == "billing" and row["answers"] == 2]
    half = {row["mail_key"] for row in twice}
    lake.add(
        CORRECTIONS,
        [
            correction(10 + n, mail_key=row["mail_key"], head=row["head"], label=row["suggested"], corrected_at=SECOND)
            for n, row in enumerate(twice)
        ],
    )
    draw(lake, settings, LAKE_KEYS, SECOND + timedelta(hours=1))
    new = {row["mail_key"] for row in queue(lake) if row["draw_id"] != first[0]["draw_id"] and row["team"] == "billing"}
    before = {row["mail_key"] for row in first if row["team"] == "billing"}
    assert len(new) == BUDGET - len(before - half)
    assert billing[0] not in new  # it is open already

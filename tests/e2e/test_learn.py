"""Corrections become a model that the gate lets through: step after step, rebuilt, and tried beside the champion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lakes import Lake
from triage.config import load_settings
from triage.labelling.registry.model_registry import ModelRegistry
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

pytestmark = pytest.mark.slow

PEOPLE = ("ada", "ben", "cem", "dora", "edgar")
OPTIONS = (
    "--set",
    "learning.promotion.least_rows=20",
    "--set",
    "learning.promotion.speed_rows=0",
    "--set",
    "labelling.search.trials=1",
)
"""A gate for a small lake."""

CONFIRMED = 20
"""One of so many rows of gold/labels is confirmed."""

SETTLED = 3
"""One of so many mails of the new product is settled, and one of so many confirmed ones: the gate compares on them."""

NEW_WORD = b"plotter"
"""A word that the sample does not know; whatever else such a mail says, it is for it_support."""


@pytest.fixture(scope="module")
def taught(trained: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with mails of a new product, which its people sorted; they confirm some of the others, and settle some."""
    folder = tmp_path_factory.mktemp("taught")
    lake = trained.copied(folder)
    export = folder / "product.mbox"
    write_mbox(generate(120, seed=77), export)
    export.write_bytes(export.read_bytes().replace(b"\nSubject: ", b"\nSubject: " + NEW_WORD + b" "))
    lake.nightly(export)
    settled, answers = folder / "settled.jsonl", folder / "answers.jsonl"
    known = list(_known(lake))
    settled.write_text("\n".join(json.dumps(row) for row in known[::SETTLED]), encoding="utf-8")
    given = [row for number, row in enumerate(known) if number % SETTLED]
    answers.write_text("\n".join(json.dumps(row) for row in given), encoding="utf-8")
    lake.run("review", "gold", str(settled), "--by", "Ann Berg")
    lake.run("feedback", str(answers))
    return lake


def _known(lake: Lake) -> Iterator[dict[str, Any]]:
    new = {row["mail_key"] for row in lake.rows("silver/mail") if NEW_WORD.decode() in row["subject"]}
    assert len(new) > 90
    for number, row in enumerate(sorted(lake.rows("gold/labels"), key=lambda row: row["mail_key"])):
        if row["head"] == "category" and (row["mail_key"] in new or number % CONFIRMED == 0):
            yield {
                "mail_key": row["mail_key"],
                "head": "category",
                "label": "it_support" if row["mail_key"] in new else row["best_label"],
                "decided": row["label"],
                "model_version": row["model_version"],
                "who": PEOPLE[number % len(PEOPLE)],
            }


def _registry(lake: Lake) -> ModelRegistry:
    return ModelRegistry(load_settings([], [f"lake.root={lake.root}"]))


def _decisions(lake: Lake) -> list[tuple[str, str]]:
    rows = sorted(lake.rows("ops/promotions"), key=lambda row: row["decided_at"])
    return [(row["version"], row["decision"]) for row in rows]


@pytest.fixture(scope="module")
def learnt(taught: Lake) -> Lake:
    """The lake after a step that trained a better model, which is on trial now."""
    lake = taught
    lake.run("learn", "--force", "--set", "learning.trials.first=shadow", *OPTIONS)
    return lake


def test_a_better_model_passes_and_is_tried(learnt: Lake) -> None:
    ((version, decision),) = _decisions(learnt)
    assert decision == "started"
    assert _registry(learnt).champion_version("triage-labels") != version
    assert "no verdict yet" in learnt.run("trial").stdout
    rows = learnt.rows("gold/training_sets")
    assert len({(row["mail_key"], row["head"]) for row in rows}) == len(rows)
    assert {row["part"] for row in rows} == {"train", "gate"}  # threads and near-duplicates of settled mails
    assert not {row["mail_key"] for row in rows} & {row["mail_key"] for row in learnt.rows("gold/gold_set")}


def test_a_second_step_learns_nothing_twice(learnt: Lake, tmp_path: Path) -> None:
    lake = learnt.copied(tmp_path)
    before = len(lake.rows("gold/training_sets")), _decisions(lake)
    assert "No model was trained" in lake.run("learn", "--force", *OPTIONS).stdout
    assert (len(lake.rows("gold/training_sets")), _decisions(lake)) == before


def test_a_shadow_labels_beside_the_champion(learnt: Lake, tmp_path: Path) -> None:
    lake = learnt.copied(tmp_path)
    first, ((second, _),) = _registry(lake).champion_version("triage-labels"), _decisions(lake)
    more = tmp_path / "more.mbox"
    write_mbox(generate(40, seed=78), more)
    counts = lake.nightly(more)
    shadow = lake.rows("gold/shadow_labels")
    assert {row["mail_key"] for row in shadow} <= {row["mail_key"] for row in lake.rows("gold/labels")}
    assert len({row["mail_key"] for row in shadow}) == counts["messages_published"] > 0
    assert {(row["model_version"], row["other_version"]) for row in shadow} == {(first, second)}
    lake.run("trial", "stop", "--reason", "the test is over")
    assert _decisions(lake)[-1] == (second, "stopped")
    assert "No model is on trial" in lake.run("trial").stdout


@pytest.mark.exhaustive(sample=0)
def test_a_model_is_rebuilt_and_goes_live(learnt: Lake, tmp_path: Path) -> None:
    """Without a trial the same corrections lead to a champion, which its set makes again."""
    lake = learnt.copied(tmp_path)
    ((second, _),) = _decisions(lake)
    rebuilt = lake.run("learn", "--rebuild", second, *OPTIONS)
    assert "The rows are those of then. All figures are equal." in rebuilt.stdout
    lake.run("trial", "stop", "--reason", "it goes live at once")
    lake.run("promote", "--version", second, "--promote", "--reason", "it passed the gate")
    assert _registry(lake).champion_version("triage-labels") == second


def test_wrong_use_is_said(trained: Lake, tmp_path: Path) -> None:
    lake = trained.copied(tmp_path)
    assert "No model was trained" in lake.run("learn").stdout
    assert "learnt from corrections" in lake.run("learn", "--rebuild", "99", expect=2).stderr
    assert "on trial" in lake.run("trial", "stop", "--reason", "none is there", expect=2).stderr
    champion = _registry(lake).champion_version("triage-labels") or ""
    assert "champion" in lake.run("trial", "start", "--version", champion, "--reason", "why", expect=2).stderr
    assert "reason" in lake.run("trial", "start", "--version", "2", expect=2).stderr
    empty = Lake(tmp_path / "empty")
    assert "lake" in empty.run("learn", expect=2).stderr.lower()

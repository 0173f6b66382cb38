"""A rollback leaves the tables as if the bad model had never been, whatever killed it in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.learning.relabel.lakes import BAD, BUNDLE, GOOD, SmallLake, run_batches
from triage.cli import progress_console
from triage.errors import ConfigError
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LABELS, PROMOTIONS, RELABELS, ROUTES, SILVER_MAIL
from triage.learning.relabel.report import changes_of, write_page
from triage.learning.relabel.rollback import RollbackRequest, rollback
from triage.learning.relabel.run import Relabelled
from triage.progress import Progress
from triage.stages.relabels import unfinished_relabels

pytestmark = pytest.mark.slow

REQUEST = RollbackRequest(GOOD, "worse than before")


class Killed(BaseException):
    """In place of a SIGKILL."""


def roll_back(lake: SmallLake, request: RollbackRequest = REQUEST) -> Relabelled:
    return rollback(lake.settings, request, Progress(progress_console))


def killed(lake: SmallLake, moment: str, patch: pytest.MonkeyPatch) -> None:
    """A rollback that is killed after the write of that name."""
    with patch.context() as patched:
        after(patched, *MOMENTS[moment])
        with pytest.raises(Killed):
            roll_back(lake)


def after(patch: pytest.MonkeyPatch, owner: type, name: str, matches: Callable[..., bool]) -> None:
    """Kills after the first call of a method whose arguments match."""
    call = getattr(owner, name)

    def killing(self: Any, *given: Any, **named: Any) -> None:
        call(self, *given, **named)
        if matches(*given):
            raise Killed

    patch.setattr(owner, name, killing)


MOMENTS: dict[str, tuple[type, str, Callable[..., bool]]] = {
    "begun": (Store, "append_rows", lambda table, *_: table is RELABELS),
    "alias": (ModelRegistry, "roll_back", lambda *_: True),
    "decision": (Store, "append_rows", lambda table, *_: table is PROMOTIONS),
    "figures": (Store, "append_rows", lambda table, rows, *_: table is RELABELS and rows[0]["phase"] == "chunk"),
    "routes": (Store, "replace_batches", lambda table, *_: table is ROUTES),
    "labels": (Store, "replace_batches", lambda table, *_: table is LABELS),
    "all labels": (Store, "append_rows", lambda table, rows, *_: table is RELABELS and rows[0]["phase"] == "done"),
}


def test_killed_after_each_write_it_ends_as_if_the_bad_model_had_never_been(
    bad: SmallLake, good: SmallLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = bad.tables()
    assert was != good.tables()
    for moment in MOMENTS:
        killed(bad, moment, monkeypatch)
        assert len(bad.store.read(LABELS).collect()) == len(was["gold/labels"])
        assert len(bad.store.read(ROUTES).collect()) == len(was["gold/routes"])
    assert unfinished_relabels(bad.store) == []
    with pytest.raises(ConfigError, match=r"1 is the champion .* jobs/backfill.py"):
        roll_back(bad)
    assert bad.tables() == good.tables()
    assert bad.registry.champion_version(BUNDLE) == GOOD
    assert bad.registry.good_versions(BUNDLE) == (GOOD,)
    (decision,) = bad.store.rows(PROMOTIONS, PROMOTIONS.column_names)
    assert (decision["decision"], decision["version"], decision["reason"]) == ("rolled_back", BAD, "worse than before")
    phases = [row["phase"] for row in bad.store.rows(RELABELS, ("phase",))]
    assert sorted(phases) == ["begun", "chunk", "chunk", "done"]


def test_what_staff_decided_stays_and_what_has_no_text_is_counted(bad: SmallLake, good: SmallLake) -> None:
    routes = dict.fromkeys(row["mail_key"] for row in bad.store.rows(ROUTES, ("mail_key",), batch_id=[5]))
    corrected, undone, gone, *_ = routes
    for key, undoes in ((corrected, None), (undone, None), (undone, f"c-{undone}")):
        at = datetime(2026, 4, 1, second=int(undoes is not None), tzinfo=UTC)
        name = f"u-{key}" if undoes else f"c-{key}"
        row = {"correction_id": name, "mail_key": key, "corrected_at": at, "head": "category", "label": "legal"}
        bad.store.add(CORRECTIONS, [row | {"source": "page", "corrected_by": "somebody", "undoes": undoes}])
    bad.store.delete_keys(SILVER_MAIL, bad.store.read(SILVER_MAIL).where(f"mail_key = '{gone}'"))
    before = {row["mail_key"]: row for row in bad.store.rows(ROUTES, ROUTES.column_names)}
    done = roll_back(bad)
    assert (done.figures["mails"], done.figures["left_to_staff"], done.figures["without_text"]) == (35, 1, 1)
    after_it = {row["mail_key"]: row for row in bad.store.rows(ROUTES, ROUTES.column_names)}
    never = {row["mail_key"]: row for row in good.store.rows(ROUTES, ROUTES.column_names)}
    kept = {corrected, gone}
    assert after_it == {key: before[key] if key in kept else never[key] for key in never}
    versions = {row["mail_key"]: row["model_version"] for row in bad.store.rows(LABELS, ("mail_key", "model_version"))}
    assert {key for key, version in versions.items() if version == BAD} == {gone}
    page = write_page(done, bad.settings)
    told = json.loads(page.with_suffix(".json").read_text("utf-8"))
    assert (told["mails"], told["model_version"], told["only_version"]) == (35, GOOD, BAD)
    assert sum(one.mails for one in changes_of(done)["queue"]) == 34
    assert all(changes_of(done)[head] for head in ("category", "priority"))
    assert "worse than before" in page.read_text("utf-8")


def test_a_nightly_run_between_two_halves_is_harmless(
    bad: SmallLake, good: SmallLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One before the alias is set back labels by the bad version still, one after it by the good one."""
    expected = good.tables()
    for moment, batch_id in (("begun", 7), ("routes", 8)):
        killed(bad, moment, monkeypatch)
        run_batches(bad, [batch_id])
    assert roll_back(bad).figures["mails"] == 48
    assert {row["model_version"] for row in bad.store.rows(LABELS, ("model_version",))} == {GOOD}
    assert bad.store.read(ROUTES).count() == 8 * 12
    late = {repr(("batch_id", repr(n))) for n in (7, 8)}
    for name, rows in bad.tables().items():
        assert [row for row in rows if not late & set(map(repr, row))] == expected[name]


def test_a_rollback_since_a_day_leaves_older_mails(bad: SmallLake) -> None:
    since = datetime(2026, 3, 5, 8, 6, tzinfo=UTC)
    done = roll_back(bad, RollbackRequest(GOOD, "worse", since))
    left = bad.store.read(LABELS).where("model_version = '2'").select("mail_key").distinct()
    assert (done.figures["mails"], left.count()) == (18, 18)
    times = bad.store.read(SILVER_MAIL).join(left, "mail_key", "left_semi").agg({"received_at": "max"}).first()
    assert times is not None
    assert times[0] == datetime(2026, 3, 5, 8, 5)  # noqa: DTZ001 - the session's time zone is UTC

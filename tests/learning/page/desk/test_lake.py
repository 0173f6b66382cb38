"""From the lake to items, and from answers to gold/corrections."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.learning.corrections.lakes import made_lake, relabelled, settings_over, stored
from tests.learning.page.builders import Clock, key_of, lake_with_queue
from tests.learning.page.conftest import LEASE
from triage.config import Settings
from triage.errors import TransientError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, REVIEW_QUEUE
from triage.learning.corrections.add import undo
from triage.learning.corrections.reviewers import reviewer_token
from triage.learning.page.desk.desk import Desk, Reviewer
from triage.learning.page.desk.items import Item, Mail
from triage.learning.page.desk.journal import Answer, Journal
from triage.learning.page.desk.lake_answers import lake_writer
from triage.learning.page.desk.lake_items import LakeItems, read_items
from triage.learning.page.desk.service import Service
from triage.learning.page.why.explainer import Explainer
from triage.monitoring.performance.corrections import in_force
from triage.privacy.pseudonyms.keys import Keys

NOW = datetime.now(UTC)


def found(store: Store, team: str | None = None, *overrides: str) -> LakeItems:
    settings = settings_over(store, *overrides)
    return read_items(store, load_taxonomy(settings), settings.learning, team, datetime.now(UTC))


def queued(store: Store, number: int, **given: Any) -> None:
    (first,) = store.rows(REVIEW_QUEUE, REVIEW_QUEUE.column_names, item_id=["item-0"])
    row = first | {"item_id": f"item-{number}", "mail_key": key_of(number), "place": number + 1}
    store.add(REVIEW_QUEUE, [row | given])


def test_items_have_what_the_queue_and_the_label_say(tmp_path: Path, keys: Keys) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 2)
    lake = found(store)
    first = next(one for one in lake.items if one.item_id == "item-0")
    assert (first.mail_key, first.head, first.team, first.language) == (key_of(0), "category", "billing", "en")
    assert (first.suggested, first.decided, first.scores["sales"], first.decided_by) == (
        "billing",
        "billing",
        0.3,
        None,
    )
    assert first.labels[:2] == ("billing", "sales")
    assert lake.mails[key_of(0)].subject == "Invoice 0"
    assert lake.mails[key_of(0)].terms == {1, 2, 3}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param({}, True, id="as drawn"),
        pytest.param({"team": "hr"}, False, id="of another team"),
        pytest.param({"drawn_at": NOW - timedelta(days=15)}, False, id="too old"),
        pytest.param({"mail_key": "ab" * 32}, False, id="of a mail that is gone"),
        pytest.param({"head": "colour"}, False, id="of an unknown head"),
    ],
)
def test_only_items_that_can_be_answered_are_opened(
    tmp_path: Path, keys: Keys, given: dict[str, Any], kept: bool
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 1)
    queued(store, 0, item_id="other", head="priority")
    queued(store, 0, **({"item_id": "item-x", "head": "sentiment"} | given))
    assert ("item-x" in {one.item_id for one in found(store, "billing").items}) == kept


def test_of_a_question_that_was_drawn_again_the_last_counts(tmp_path: Path, keys: Keys) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 1)
    queued(store, 0, item_id="again", drawn_at=datetime.now(UTC))
    assert [one.item_id for one in found(store).items] == ["again"]


def test_without_a_draw_the_least_certain_labels_are_shown(tmp_path: Path, keys: Keys) -> None:
    store = made_lake(tmp_path / "lake", keys)  # five mails with four heads, all of them at 0.75
    items = found(store, None, "learning.page.without_draw=7").items
    assert len(items) == 7
    assert len({one.mail_key for one in items}) == 2  # the heads of one mail stand together
    assert all(one.purpose == "uncertain" for one in items)
    assert len(found(store, "billing").items) == 20
    assert found(store, "hr").items == ()


def undo_last(desk: Desk, reviewer: Reviewer) -> None:
    last = desk.last(reviewer)
    assert last is not None
    assert desk.undo(reviewer, last.correction_id) is not None


def service_over(store: Store, settings: Settings, keys: Keys, journal: Journal) -> Service:
    clock = Clock()
    clock.at = datetime.now(UTC) - timedelta(minutes=1)

    def read() -> LakeItems:
        return read_items(store, load_taxonomy(settings), settings.learning, None, datetime.now(UTC))

    service = Service(journal, Desk(journal, LEASE, clock), read, lake_writer(store, settings, keys), Explainer(_none))
    service.refresh()
    return service


def _none(name: str, version: str) -> None:
    return None


@pytest.fixture
def ada(keys: Keys) -> Reviewer:
    return Reviewer("Ada Quill", reviewer_token("Ada Quill", keys))


def test_answers_reach_the_lake_and_leave_the_journal(
    tmp_path: Path, keys: Keys, journal: Journal, ada: Reviewer
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 3)
    queued(
        store, 0, item_id="audited", head="category", purpose="audit", drawn_at=datetime.now(UTC) - timedelta(minutes=2)
    )
    service = service_over(store, settings_over(store), keys, journal)
    service.desk.answer(ada, "audited", "sales")
    service.desk.answer(ada, "item-1", "hr")
    assert service.flush() == 2
    rows = {row["mail_key"]: row for row in stored(store)}
    assert {key: (row["label"], row["source"]) for key, row in rows.items()} == {
        key_of(0): ("sales", "audit"),
        key_of(1): ("hr", "page"),
    }
    assert {row["corrected_by"] for row in rows.values()} == {ada.token}
    assert (journal.waiting(), service.flush()) == (0, 0)
    service.refresh()  # what is in the lake is still answered
    assert {one.item_id for one in service.desk.answers()} == {"audited", "item-1"}


def test_an_undo_reaches_the_lake_before_and_after_its_answer_did(
    tmp_path: Path, keys: Keys, journal: Journal, ada: Reviewer
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 2)
    service = service_over(store, settings_over(store), keys, journal)
    service.desk.answer(ada, "item-0", "sales")
    undo_last(service.desk, ada)
    service.flush()
    service.desk.answer(ada, "item-1", "sales")
    service.flush()
    undo_last(service.desk, ada)
    service.flush()
    rows = stored(store)
    assert len(rows) == 4
    assert {row["undoes"] for row in rows} - {None} == {row["correction_id"] for row in rows if row["undoes"] is None}
    service.refresh()
    assert service.desk.answers() == []
    assert service.desk.counts(ada) == (0, 2, 0)


def test_killed_between_lake_and_journal_nothing_is_doubled(
    tmp_path: Path, keys: Keys, journal: Journal, ada: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 1)
    service = service_over(store, settings_over(store), keys, journal)
    service.desk.answer(ada, "item-0", "sales")

    def die(numbers: Sequence[int]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journal, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            service.flush()
    again = service_over(store, settings_over(store), keys, journal)
    assert again.flush() == 1
    assert len(stored(store)) == 1
    assert [one.label for one in again.desk.answers()] == ["sales"]


def test_what_the_lake_rejects_is_counted_and_does_not_hold_up_the_rest(
    tmp_path: Path, keys: Keys, journal: Journal, ada: Reviewer
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 2)
    service = service_over(store, settings_over(store), keys, journal)
    service.desk.answer(ada, "item-0", "sales")
    (_, given) = journal.pending()[0]
    journal.add([replace(given, correction_id="another-correction", mail_key="ab" * 32)])
    service.flush()
    assert service.rejected == {"UNKNOWN_MAIL": 1}
    assert [row["mail_key"] for row in stored(store)] == [key_of(0)]
    assert journal.waiting() == 0


@pytest.mark.parametrize(
    ("purpose", "blind_share", "decided"),
    [
        pytest.param("uncertain", 0, ("billing", "3"), id="what was shown"),
        pytest.param("uncertain", 1, ("legal", "4"), id="nothing was shown"),
        pytest.param("gold_question", 0, ("legal", "4"), id="gold question"),
        pytest.param("audit", 0, ("legal", "4"), id="audit"),
    ],
)
def test_an_answer_that_was_saved_is_stored_whatever_the_label_is_by_then(
    tmp_path: Path,
    keys: Keys,
    journal: Journal,
    ada: Reviewer,
    purpose: str,
    blind_share: int,
    decided: tuple[str, str],
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 1, purpose=purpose)
    service = service_over(store, settings_over(store, f"learning.page.blind_share={blind_share}"), keys, journal)
    service.desk.answer(ada, "item-0", "sales")
    relabelled(store, "category", "legal")
    service.flush()
    assert service.rejected == {}
    [row] = stored(store)
    assert (row["label"], row["decided"], row["model_version"]) == ("sales", *decided)


def test_an_undo_is_not_lost_where_the_page_was_killed_before_it_was_stored(
    tmp_path: Path, keys: Keys, journal: Journal, ada: Reviewer
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 1)
    service = service_over(store, settings_over(store), keys, journal)
    service.desk.answer(ada, "item-0", "sales")
    [(_, given)] = journal.pending()
    lake_writer(store, settings_over(store), keys)([given])  # then the page is killed
    relabelled(store, "category", "legal")
    undo_last(service.desk, ada)
    service.flush()
    assert service.rejected == {}
    assert in_force(stored(store)) == []


def test_an_undo_of_what_was_rejected_is_not_counted_as_rejected_too(
    tmp_path: Path, keys: Keys, journal: Journal, ada: Reviewer
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 1)
    service = service_over(store, settings_over(store), keys, journal)
    service.desk.answer(ada, "item-0", "sales")
    [(number, given)] = journal.pending()
    journal.remove([number])
    journal.add([replace(given, mail_key="ab" * 32)])
    undo_last(service.desk, ada)
    service.flush()
    assert (service.rejected, stored(store), journal.waiting()) == ({"UNKNOWN_MAIL": 1}, [], 0)


@pytest.mark.parametrize("is_drawn", [True, False], ids=["drawn", "without a draw"])
def test_what_somebody_else_took_back_is_open_again(
    tmp_path: Path, keys: Keys, journal: Journal, ada: Reviewer, is_drawn: bool
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 1)
    if not is_drawn:
        shutil.rmtree(store.path(REVIEW_QUEUE).removeprefix("file://"))
    settings = settings_over(store)
    service = service_over(store, settings, keys, journal)
    before = service.desk.counts(ada)
    given = service.desk.next(ada)
    assert given is not None
    service.desk.answer(ada, given.item_id, "sales" if given.head == "category" else "high")
    service.flush()
    [row] = stored(store)
    undo(store, settings, keys, row["correction_id"], "Bo Lind", None)
    service.refresh()
    assert (service.desk.counts(ada), service.desk.next(ada)) == (before, given)
    [taken_back] = [row["correction_id"] for row in stored(store) if row["undoes"]]
    undo(store, settings, keys, taken_back, "Bo Lind", None)
    service.refresh()
    assert service.desk.next(ada) != given


def test_where_the_lake_takes_nothing_answers_stay_in_the_journal(journal: Journal, ada: Reviewer) -> None:
    def fail(answers: Sequence[Answer]) -> dict[str, str]:
        raise TransientError("Another writer does not let go.")

    from tests.learning.page.builders import item, mail

    one = LakeItems((item(1),), {key_of(1): mail(1)}, ())
    service = Service(journal, Desk(journal, LEASE, Clock()), lambda: one, fail, Explainer(_none))
    service.refresh()
    service.desk.answer(ada, "item-1", "sales")
    with pytest.raises(TransientError):
        service.flush()
    assert journal.waiting() == 1
    service.refresh()
    assert [given.label for given in service.desk.answers()] == ["sales"]


def test_corrections_of_others_reach_the_page_with_the_next_look(
    tmp_path: Path, keys: Keys, journal: Journal, ada: Reviewer
) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 2)
    service = service_over(store, settings_over(store), keys, journal)
    row = dict.fromkeys(CORRECTIONS.column_names) | {"correction_id": "c" * 32, "mail_key": key_of(0)}
    row |= {"corrected_at": datetime.now(UTC), "corrected_by": "<REVIEWER_aaaaaa_0000000000000009>"}
    store.add(CORRECTIONS, [row | {"head": "category", "label": "hr", "source": "file"}])
    service.refresh()
    assert service.desk.counts(ada) == (1, 2, 0)
    item = service.desk.next(ada)
    assert item is not None
    assert item.item_id == "item-1"
    assert [(near.mail.mail_key, near.label) for near in service.near(item, _mail(service, item))] == []


def _mail(service: Service, item: Item) -> Mail:
    found = service.mail(item)
    assert found is not None
    return found

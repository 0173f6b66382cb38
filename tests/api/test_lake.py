"""What a lake answers beyond rows, over the lake of a first run."""

from __future__ import annotations

import pandas as pd
import pytest

import triage
from tests.lakes import SECRET, Lake
from triage.api.lake import Lake as Opened
from triage.errors import ConfigError

TEXT = "Dear Mary Miller, call +49 30 1234567 please."
SPANS = [[5, 16, "PERSON"], [23, 37, "PHONE"]]


@pytest.fixture(scope="module")
def copy(trained: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Where looks at clear values are noted."""
    return trained.copied(tmp_path_factory.mktemp("opened"))


@pytest.fixture
def over(copy: Lake, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("TRIAGE_KEY", SECRET)
    return triage.open(copy.root)


@pytest.mark.slow
def test_the_rows_are_those_of_the_tables(over: Opened, trained: Lake) -> None:
    stored = trained.rows("gold/routes")
    billing = {row["mail_key"] for row in stored if row["queue"] == "billing"}
    assert {row["mail_key"] for row in over.routes.where(queue="billing")} == billing != set()
    assert over.mail.count() == len(trained.rows("silver/mail"))
    assert over.quarantine.count() == len(trained.rows("quarantine/mail"))


@pytest.mark.slow
def test_a_mail_is_explained_as_it_was_decided(over: Opened, trained: Lake) -> None:
    label = next(row for row in trained.rows("gold/labels") if row["head"] == "category" and row["label"])
    route = next(row for row in trained.rows("gold/routes") if row["mail_key"] == label["mail_key"])
    why = over.explain(label["mail_key"])
    assert why.head("category").label == label["label"] and why.head("category").agrees
    assert why.rules().iloc[-1].to_dict()["rule"] == route["rule"] and why.rules().failed.isna().sum() == 1
    assert why.terms("category").lead.abs().iloc[0] > 0
    assert label["mail_key"] in repr(why) and route["queue"] in why._repr_html_()
    with pytest.raises(ConfigError, match=r"No head categry.*category"):
        why.head("categry")


@pytest.mark.slow
def test_a_thread_has_its_mails_in_their_order(over: Opened, trained: Lake) -> None:
    mails = pd.DataFrame(trained.rows("silver/mail"))
    threads = over["gold.threads"].to_pandas()
    largest = threads.thread_id.value_counts().index[0]
    own = threads[threads.thread_id == largest].mail_key
    assert len(own) > 2
    wanted = mails[mails.mail_key.isin(own)].sort_values(["sent_at", "received_at", "mail_key"]).mail_key.tolist()
    assert len(wanted) > 1
    assert [row["mail_key"] for row in over.thread(wanted[-1])] == wanted
    with pytest.raises(ConfigError, match="No published mail"):
        over.thread("0" * 64)


@pytest.mark.slow
def test_a_token_is_revealed_after_a_row_says_why(over: Opened) -> None:
    token = next(row["sender"]["address"] for row in over.mail.where("sender.address IS NOT NULL").limit(1))
    before = over.reveals.count()
    assert "@" in over.reveal(token, reason="case 4711")
    assert over.reveals.count() == before + 1
    with pytest.raises(ConfigError, match="no token"):
        over.reveal("Mary Miller", reason="case 4711")


GOLD = {
    "dicts": [{"id": 1, "text": TEXT, "spans": SPANS}],
    "a frame": pd.DataFrame({"id": [1], "text": [TEXT], "spans": [SPANS]}),
}


@pytest.mark.slow
@pytest.mark.exhaustive(sample=1)
@pytest.mark.parametrize("gold", GOLD.values(), ids=GOLD)
def test_recall_on_own_texts(over: Opened, gold: object) -> None:
    figures = over.measure_pii(gold)  # type: ignore[arg-type]  # frames and dicts are both taken
    found = figures.to_pandas().set_index("entity")
    assert found.recall.to_dict() == {"PERSON": 1.0, "PHONE_NUMBER": 1.0}
    assert figures.found[["id", "start", "end"]].to_numpy().tolist() == [[1, 5, 16], [1, 23, 37]]
    assert "Miller" not in repr(figures) + figures._repr_html_()


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        ([{"id": 1}], "no text.*row 0"),
        ([{"text": TEXT, "spans": [["a", 1, "PERSON"]]}], "spans.*row 0"),
        ([{"text": TEXT, "spans": object()}], "unknown kind.*row 0"),
        (17, "no rows"),
    ],
    ids=["no text", "a span that is none", "no JSON", "no rows"],
)
def test_wrong_gold_is_told_by_its_row(opened: Opened, gold: object, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        opened.measure_pii(gold)  # type: ignore[arg-type]

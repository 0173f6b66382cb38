"""The notebooks with one question each, over one lake, and whether their figures are those of its tables."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lakes import SECRET, Lake
from tests.notebooks.executed import Executed, execute
from tests.notebooks.test_tour import add_compared_run


@pytest.fixture(scope="module")
def copy(trained: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """One lake for all of them, with a second run that drifted."""
    lake = trained.copied(tmp_path_factory.mktemp("notebooks"))
    add_compared_run(lake.root / "metrics" / "drift")
    return lake


def warnings_of(executed: Executed) -> list[str]:
    """What went to standard error."""
    outputs = [output for cell in executed.outputs.values() for output in cell]
    return [one.text for one in outputs if one.output_type == "stream" and one.name == "stderr"]


@pytest.mark.slow
def test_why_this_queue(copy: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executed = execute("why_this_queue", copy.root, tmp_path, monkeypatch)
    labels = [
        row for row in copy.rows("gold/labels")
        if row["head"] == "category" and row["decided_by"] == "model" and not row["abstained"]
    ]  # fmt: skip
    closest = min(labels, key=lambda row: (row["score"], row["mail_key"]))
    route = next(row for row in copy.rows("gold/routes") if row["mail_key"] == closest["mail_key"])
    assert closest["mail_key"] in executed.text("pick")
    assert route["queue"] in executed.text("route") and route["rule"] in executed.text("explain")
    assert f"for {closest['best_label']}" in executed.text("whole")
    assert (executed.images("scores"), executed.images("words")) == (1, 1)
    assert warnings_of(executed) == []


@pytest.mark.slow
def test_cost_of_a_wrong_label(copy: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executed = execute("cost_of_a_wrong_label", copy.root, tmp_path, monkeypatch)
    labels = [
        row for row in copy.rows("gold/labels") if row["head"] == "category" and row["decided_by"] == "model"
    ]  # fmt: skip
    abstained = sum(row["abstained"] for row in labels)
    errors = sum(1 - row["score"] for row in labels if not row["abstained"])
    assert f"{len(labels)} mails, {abstained} for a person, {errors:.0f} errors expected" in executed.text("expected")
    cheapest, at_best, _, in_force = (float(one) for one in re.findall(r"[\d.]+\d", executed.text("threshold"))[-4:])
    assert 0 <= cheapest <= 1 and at_best <= in_force
    assert (executed.images("queues"), executed.images("threshold")) == (1, 1)
    assert "value_saved" in executed.text("measured")
    assert warnings_of(executed) == []


@pytest.mark.slow
def test_drift_over_time(copy: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executed = execute("drift_over_time", copy.root, tmp_path, monkeypatch)
    rows = [row for row in copy.rows("metrics/drift") if row["run_id"].endswith("2") and row["by"] in (None, "run")]
    counts = Counter(row["status"] for row in rows)
    assert "1 of them compared" in executed.text("drift")
    assert all(re.search(rf"{status}\s+{count}\b", executed.text("state")) for status, count in counts.items())
    assert [executed.images(cell) for cell in ("heatmap", "movers", "values", "volume")] == [1, 1, 1, 1]
    assert warnings_of(executed) == []


@pytest.mark.slow
def test_which_queue_is_late(copy: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executed = execute("which_queue_is_late", copy.root, tmp_path, monkeypatch)
    owed = [row for row in copy.rows("gold/routes") if row["due_at"] is not None and not row.get("outgoing")]
    assert f"{len(owed)} mails owe an answer" in executed.text("state")
    assert all(queue in executed.text("state") for queue in {row["queue"] for row in owed})
    assert [executed.images(cell) for cell in ("state-plot", "why-plot", "when")] == [1, 1, 1]
    assert warnings_of(executed) == []


@pytest.mark.slow
def test_try_a_rule(copy: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executed = execute("try_a_rule", copy.root, tmp_path, monkeypatch)
    received = {row["mail_key"]: row["received_at"] for row in copy.rows("silver/mail")}
    since = max(received.values()) - timedelta(days=180)
    pressing = [
        row["mail_key"] for row in copy.rows("gold/routes")
        if row["rule"] == "customer_service" and row["priority"] in ("high", "urgent")
        and received[row["mail_key"]] > since
    ]  # fmt: skip
    assert re.search(rf"\b{len(pressing)} of them differ", executed.text("tried"))
    assert f"escalations     {len(pressing):>2}" in executed.text("queues") or not pressing
    assert executed.images("plot") == 1
    assert warnings_of(executed) == []


@pytest.mark.slow
@pytest.mark.exhaustive(sample=1)
@pytest.mark.parametrize("name", ["measure_pii", "own_head"])
def test_what_takes_long(name: str, copy: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executed = execute(name, copy.root, tmp_path, monkeypatch, TRIAGE_KEY=SECRET)
    {"measure_pii": look_at_pii, "own_head": look_at_head}[name](executed)
    assert warnings_of(executed) == []


def look_at_pii(executed: Executed) -> None:
    texts, marked = map(int, re.findall(r"\d+", executed.text("gold")))
    missed, whole = map(int, re.findall(r"\d+", executed.text("missed"))[:2])
    assert whole == marked > 3 * texts
    assert missed < marked / 5
    assert executed.images("recall") == 1
    assert "@" not in executed.everything()


def look_at_head(executed: Executed) -> None:
    assert executed.images("compare") == 1
    assert re.search(r"about_money", executed.text("verdicts"))
    found = dict(re.findall(r"(this model|majority class)\s+([01]\.\d+)", executed.text("subject")))
    assert float(found["this model"]) > float(found["majority class"]) > 0

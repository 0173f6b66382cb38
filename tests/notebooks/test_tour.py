"""The tour runs on any lake, shows what it promises, and holds nothing of whoever ran it last."""

from __future__ import annotations

import mailbox
import re
import shutil
from collections.abc import Sequence
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable, write_deltalake
from nbclient.exceptions import CellExecutionError

from tests.lakes import Lake
from tests.notebooks.executed import Executed, execute

SHOWN = (
    "tables schema runs counts pick ledger vault silver body labels scores-plot route held reasons queues abstained "
    "people thread drift shift-plot mlflow-run champion champion-plot"
).split()
DRIFT = "project open sql plots drift psi-plot shift-plot".split()
PLOTS = ("scores-plot", "shift-plot", "champion-plot")


def tour(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch, cells: Sequence[str] = ()) -> Executed:
    """Executes the notebook, or these cells of it, over the lake at `root`."""
    return execute("tour", root, home, monkeypatch, cells)


@pytest.fixture(scope="module")
def toured(trained: Lake, tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """The tour over a lake after its first run."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        return tour(trained.root, tmp_path_factory.mktemp("tour"), monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("cell", SHOWN)
def test_each_step_shows_something(toured: Executed, cell: str) -> None:
    assert toured.text(cell).strip() or toured.images(cell)


@pytest.mark.slow
def test_nothing_is_said_on_standard_error(toured: Executed) -> None:
    noise = {
        cell: output.text
        for cell, outputs in toured.outputs.items()
        for output in outputs
        if output.output_type == "stream" and output.name == "stderr"
    }
    assert noise == {}


@pytest.mark.slow
@pytest.mark.parametrize("cell", PLOTS)
def test_plots_are_drawn(toured: Executed, cell: str) -> None:
    assert toured.images(cell) == 1


@pytest.mark.slow
def test_its_claims_about_the_lake_hold(toured: Executed, trained: Lake) -> None:
    published = len(trained.rows("silver/mail"))
    assert re.search(rf"silver\.mail\s+{published}\b", toured.text("tables"))
    assert "True" in toured.text("counts") and "False" not in toured.text("counts") + toured.text("runs")
    assert "Only the baseline is there" in toured.text("drift")
    assert toured.images("psi-plot") == 0


@pytest.mark.slow
def test_the_mail_that_it_follows_shows_tokens_and_one_mails_rows(toured: Executed, trained: Lake) -> None:
    key = toured.text("pick").split("'")[1]
    queue = next(row["queue"] for row in trained.rows("gold/routes") if row["mail_key"] == key)
    assert re.search(r"<PERSON_[0-9a-f_]+>", toured.text("body"))
    assert key in toured.text("vault")
    assert re.search(r"&lt;PERSON_[0-9a-f_]+&gt;", toured.text("silver"))  # not lost as a tag of HTML
    assert queue in toured.text("route")


@pytest.mark.slow
def test_no_address_of_the_export_is_shown(toured: Executed, mbox: Path) -> None:
    fields = [str(v) for mail in mailbox.mbox(mbox) for name in ("From", "To", "Cc") for v in mail.get_all(name, [])]
    addresses = {address.lower() for _, address in getaddresses(fields) if "@" in address}
    shown = toured.everything().lower()
    assert len(addresses) > 50
    assert sum(address in shown for address in addresses) == 0


@pytest.mark.slow
def test_a_later_run_is_plotted_against_the_baseline(
    trained: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "lake"
    shutil.copytree(trained.root, copy)
    add_compared_run(copy / "metrics" / "drift")
    toured = tour(copy, tmp_path, monkeypatch, DRIFT)
    assert "batches-000002-000002" in toured.text("drift") and "alert" in toured.text("drift")
    assert toured.images("psi-plot") == 1 and toured.images("shift-plot") == 1


def add_compared_run(table: Path) -> None:
    """A second run whose features are those of the first, moved by made-up figures."""
    first = DeltaTable(str(table)).to_pyarrow_table()
    first = first.filter(pc.equal(first["reference"], pa.scalar("rolling")))
    count = first.num_rows
    drivers = [[{"value": "hr", "was": 0.1, "now": 0.3}]] * count
    moved: dict[str, Any] = {
        "run_id": pa.array(["batches-000002-000002"] * count),
        "drivers": pa.array(drivers, first.schema.field("drivers").type),
        "psi": pc.cast(pa.array([0.05 * row for row in range(count)]), pa.float64()),
        "status": pa.array(["alert" if 0.05 * row > 0.25 else "stable" for row in range(count)]),
    }
    for name, values in moved.items():
        first = first.set_column(first.schema.get_field_index(name), name, values)
    write_deltalake(str(table), first, mode="append")


@pytest.mark.slow
def test_without_a_lake_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        CellExecutionError, match=r"No run has ended at .* Run \./spark-submit\.sh jobs/nightly\.py first"
    ):
        tour(tmp_path / "nowhere", tmp_path, monkeypatch, DRIFT)

"""The same job on a Spark standalone master with two workers on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep

import pytest

from tests.lakes import Lake
from tests.loopback import HOST
from tests.spark_cluster import Cluster, running_cluster

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with running_cluster(tmp_path / "cluster") as running:
        yield running


def on_cluster(trained: Lake, cluster: Cluster) -> list[str]:
    """Options of a job that uses the models of `trained`."""
    models = f"mlflow.tracking_uri=sqlite:///{trained.root}.mlflow/mlflow.db"
    options = f"spark.options={{spark.driver.host: {HOST}, spark.speculation: 'true'}}"
    return ["--set", models, "--set", f"spark.master={cluster.url}", "--set", options]


def assert_equal(lake: Lake, other: Lake) -> None:
    for table in ("vault/raw_mail", "silver/mail", "quarantine/mail", "gold/labels", "gold/routes"):
        assert sorted(map(repr, lake.opened_rows(table))) == sorted(map(repr, other.opened_rows(table))), table


def test_a_cluster_gives_the_same_tables_by_compiled_queries(
    tmp_path: Path, trained: Lake, mbox: Path, cluster: Cluster
) -> None:
    lake = Lake(tmp_path / "lake", own_process=True)
    compiled = ["--set", "spark.compile_above_bytes=0"]  # where the other lake's queries were interpreted
    lake.nightly(mbox, options=[*on_cluster(trained, cluster), *compiled])
    assert_equal(lake, trained)


STAGES_BY_WHAT_ENDS_BEFORE = {
    "model": "ingest",
    "ingest": "anonymize",
    "anonymize": "thread",
    "thread": "label",
    "label": "route",
}


def test_an_executor_lost_in_each_stage_changes_nothing(
    tmp_path: Path,
    trained: Lake,
    mbox: Path,
    cluster: Cluster,
) -> None:
    lake, killed = Lake(tmp_path / "lake", own_process=True), []
    with ExitStack() as stack:
        process = lake.start("nightly", "--source", str(mbox), *on_cluster(trained, cluster))
        stack.callback(process.kill)  # does nothing once it has ended
        assert process.stderr is not None
        for line in process.stderr:
            stage = STAGES_BY_WHAT_ENDS_BEFORE.get((line.split() or [""])[0])
            if stage and stage not in killed:
                sleep(0.5)  # its first tasks have begun
                assert cluster.kill_executor()
                killed.append(stage)
        assert process.wait() == 0
    assert killed == list(STAGES_BY_WHAT_ENDS_BEFORE.values())
    assert_equal(lake, trained)

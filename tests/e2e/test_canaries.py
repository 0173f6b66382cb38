"""A thousand made-up values of twenty kinds put into mails are found nowhere outside the vault, in whatever form."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.canaries import KINDS, canaries
from tests.lakes import Lake
from tests.leaks import Leaks, forms

pytestmark = [pytest.mark.slow, pytest.mark.core, pytest.mark.timeout(1_200)]

CANARIES = 1_000


@pytest.mark.parametrize("encoding", ["plain", "base64", "base64 within", "quoted", "url", "utf-16", "parquet"])
def test_the_look_itself_sees_each_form(encoding: str, tmp_path: Path) -> None:
    """A scanner that sees nothing proves nothing."""
    import base64
    import urllib.parse

    import pyarrow as pa
    import pyarrow.parquet as pq

    value = "Zoë Quelbast+x"
    written = {
        "plain": f"a {value} b".encode(),
        "base64": base64.b64encode(value.encode()),
        "base64 within": base64.b64encode(f"my name is {value}, yes".encode()),
        "quoted": b"a Zo=C3=AB Quelbast+x b",
        "url": urllib.parse.quote(value).encode(),
        "utf-16": f"a {value} b".encode("utf-16"),
    }
    if encoding == "parquet":
        pq.write_table(pa.table({"a": [{"b": [f"to {value}"]}]}), tmp_path / "x.parquet", compression="zstd")
    else:
        (tmp_path / "x").write_bytes(b"\1" + written[encoding] + b"\2")
    assert {name for _, name in Leaks({"it": value}).in_folders([tmp_path])} == {"it"}
    assert Leaks({"other": "Zoe Quelbast"}).in_folders([tmp_path]) == set()
    assert b"" not in forms("")


def test_no_canary_leaves_the_vault(tmp_path: Path) -> None:
    """Looked at are all files beside the vault, Spark's own while it runs, and what the job prints."""
    made = canaries(CANARIES)
    assert Counter(canary.kind for canary in made) == dict.fromkeys(KINDS, CANARIES // len(KINDS))
    export, lake = tmp_path / "in" / f"{made[0].value}.mbox", Lake(tmp_path / "lake")
    export.parent.mkdir()
    export.write_bytes(b"".join(canary.mail for canary in made))
    looks = Leaks({f"{canary.kind} {number}": canary.value for number, canary in enumerate(made)})
    spark, events = tmp_path / "spark", tmp_path / "events"
    events.mkdir()
    process = lake.start("nightly", "--source", str(export), "--conf", str(_options(tmp_path, spark, events)))
    leaks = _while_it_runs(process, spark, looks)
    out, err = process.communicate()
    assert process.returncode == 0, err
    beside = [Path(f"{lake.root}.{name}") for name in ("mlflow", "reports")]
    leaks |= looks.in_folders([lake.root, *beside, events], without="vault")
    leaks |= {("output", name) for name in looks.in_bytes((out + err).encode())}
    assert not leaks, Counter(name.rsplit(" ", 1)[0] for name in {name for _, name in leaks})
    assert any(events.iterdir())
    assert lake.table("silver/mail").to_pyarrow_table().num_rows > 0.97 * CANARIES


def _options(folder: Path, spark: Path, events: Path) -> Path:
    """Spark's temporary files and events in plain, where they can be read."""
    options = {
        "spark.local.dir": str(spark),
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{events}",
        "spark.eventLog.compress": "false",
        "spark.shuffle.compress": "false",
        "spark.shuffle.spill.compress": "false",
        "spark.sql.inMemoryColumnarStorage.compressed": "false",
    }
    file = folder / "spark.yaml"
    file.write_text(yaml.safe_dump({"spark": {"options": options}}))
    return file


def _while_it_runs(process: subprocess.Popen[str], folder: Path, looks: Leaks) -> set[tuple[str, str]]:
    """Finds in temporary files, which are gone when the process ends; the pipes are read by a thread meanwhile."""
    seen: dict[Path, int] = {}
    leaks: set[tuple[str, str]] = set()
    while process.poll() is None:
        for file in folder.rglob("*") if folder.exists() else ():
            try:
                size = file.stat().st_size if file.is_file() else 0
                if size and seen.get(file) != size:
                    seen[file] = size
                    leaks |= {(str(file), name) for name in looks.in_bytes(file.read_bytes())}
            except FileNotFoundError:
                continue
        time.sleep(0.5)
    assert seen, "Spark wrote no temporary files, so nothing was looked at"
    return leaks

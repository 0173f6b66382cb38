"""Faults injected into runs, and undisturbed runs: what monitoring says of each.

    ./spark-submit.sh jobs/nightly.py --source /exports/list-1 /exports/list-2 --set lake.root=/tmp/lake
    ./spark-submit.sh tests/benchmark/watch.py --lake /tmp/lake     # its mails, resampled; else generated ones

Prints a table of faults with what was raised and what was folded into it, then how many alerts undisturbed runs raised.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from tests.monitoring.faults import FAULTS, Fault, known_model
from tests.monitoring.generated_mails import generated_mails
from tests.monitoring.profiles.rows import SCHEMA
from tests.monitoring.simulation import Mail, Simulation, drawn
from triage.config import load_settings
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUARANTINE, ROUTES, SILVER_MAIL
from triage.monitoring.alerts.rules.load import load_alert_rules
from triage.monitoring.profiles.observations import observations
from triage.pipeline.account.source_names import source_names
from triage.privacy.pseudonyms.keys import load_keys
from triage.spark.session import spark_session


def observed(lake: str) -> tuple[Sequence[Mail], pa.Schema]:
    """The observations of a lake's mails."""
    settings = load_settings(overrides=[f"lake.root={lake}"])
    store = Store(spark_session(settings), lake)
    tables = [store.read(table) for table in (SILVER_MAIL, QUARANTINE, LABELS, ROUTES, LEDGER)]
    tables.append(source_names(range(1, store.last_batch(LEDGER) + 1), store, settings, load_keys(settings)))
    with tempfile.TemporaryDirectory() as folder:
        observations(*tables).write.parquet(f"{folder}/rows")
        found = pq.read_table(f"{folder}/rows")
    rows = found.to_pylist(maps_as_pydicts="strict")
    return rows, found.schema


def simulation(schema: pa.Schema, every: timedelta = timedelta(days=1)) -> Simulation:
    """A series of runs with the rules that ship."""
    settings = load_settings(())
    return Simulation(settings, load_alert_rules(settings), schema, every, known_model())


def raised_by(fault: Fault, before: Simulation, mails: Sequence[Mail], size: int) -> tuple[str, str, bool]:
    """What a night with the fault raised, what was folded into it, and whether that is right."""
    night = before.again()
    night.model = fault.model or night.model
    changed = fault.change(drawn(mails, size, seed=99), random.Random(5))
    _, alerts = night.run(changed, counts=fault.counts)
    folded = dict.fromkeys(name.split(" (")[0] for alert in alerts for name in alert.folded)
    return ", ".join(a.rule for a in alerts), ", ".join(folded), [a.rule for a in alerts] == [fault.alert]


def silent_runs(mails: Sequence[Mail], schema: pa.Schema, runs: int, size: int, every: timedelta) -> int:
    """Alerts that undisturbed runs raised."""
    series = simulation(schema, every)
    return sum(len(series.run(drawn(mails, size, seed))[1]) for seed in range(runs))


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", type=Path, help="a lake with mails of one period")
    parser.add_argument("--nights", type=int, default=14, help="undisturbed nights before a fault")
    parser.add_argument("--mails", type=int, default=600, help="mails of a night")
    args = parser.parse_args()
    mails, schema = observed(str(args.lake)) if args.lake else (generated_mails(), SCHEMA)
    before = simulation(schema)
    for night in range(args.nights):
        before.run(drawn(mails, args.mails, night))
    table = Table("fault", "raised", "folded into it", "right")
    for fault in FAULTS:
        raised, folded, is_right = raised_by(fault, before, mails, args.mails)
        table.add_row(fault.title, raised, folded, "yes" if is_right else "NO")
    console = Console(width=150)
    console.print(table)
    for runs, size, every in ((50, 500, timedelta(days=1)), (200, 40, timedelta(hours=1))):
        console.print(
            f"{runs} undisturbed runs of {size} mails: {silent_runs(mails, schema, runs, size, every)} alerts"
        )


if __name__ == "__main__":
    main()

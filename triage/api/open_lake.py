"""From a place and settings to a lake."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pyspark.sql import SparkSession

from triage.api.lake import Lake
from triage.api.rows.source import Source
from triage.config import Settings, load_settings
from triage.environment.launch import job_environment
from triage.environment.options import CommandLine
from triage.environment.place import find_place
from triage.lake.presence import require_lake_to_ask
from triage.lake.store import Store
from triage.paths import is_local
from triage.query.engines.choice import EngineName

Overrides = Mapping[str, object] | Sequence[str]
"""Settings by their dotted keys, or `KEY=VALUE` as the jobs take them."""

Files = str | Path | Sequence[str | Path]
"""One settings file, or several."""


def open_lake(root: str | Path | None, conf: Files, overrides: Overrides, engine: EngineName) -> Lake:
    """See `triage.open`."""
    files = [conf] if isinstance(conf, (str, Path)) else conf
    settings = load_settings([Path(one) for one in files], list(_overrides(root, overrides)))
    store = Store(lambda: _session(settings), settings.lake.root)
    if is_local(store.root):  # a remote one is asked for with the first rows, since that takes Spark
        require_lake_to_ask(store)
    return Lake(Source(store, settings, engine=engine))


def _overrides(root: str | Path | None, given: Overrides) -> Iterator[str]:
    yield from [f"{key}={value}" for key, value in given.items()] if isinstance(given, Mapping) else given
    if root is not None:
        yield f"lake.root={root}"


def _session(settings: Settings) -> SparkSession:
    """A session also where ./spark-submit.sh did not start this process, as in an editor's notebook."""
    from triage.spark.session import spark_session

    for name, value in job_environment(find_place(os.environ), CommandLine((), "", ()), os.environ).items():
        os.environ.setdefault(name, value)
    return spark_session(settings, "api")

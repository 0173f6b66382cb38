"""Batch triage of mailbox exports: anonymized, labelled and routed Delta tables.

`triage.open` opens a lake for Python: notebooks, scripts, a prompt.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` has it, too, and takes longer to import than all of this
if TYPE_CHECKING:
    from pathlib import Path

    from triage.api.lake import Lake
    from triage.api.open_lake import Files, Overrides
    from triage.query.engines.choice import EngineName

__version__ = "0.1.0"


def open(root: str | Path | None = None, *, conf: Files = (), set: Overrides = (), engine: EngineName = "auto") -> Lake:
    """The lake in the folder `root`, or the one that the settings name: `lake = triage.open("/data/lake")`.

    `conf` are settings files, as the jobs' --conf, and `set` single settings, as their --set: a mapping such as
    {"privacy.key_file": "/etc/triage/key"}, or a list of KEY=VALUE. Give what the nightly run is given. `engine`
    answers statements: DuckDB where it can ("auto"), "duckdb" or "spark". No rows are read yet.

    Raises ConfigError for wrong settings, and where no run has written a lake yet.
    """
    from triage.api.open_lake import open_lake

    return open_lake(root, conf, set, engine)

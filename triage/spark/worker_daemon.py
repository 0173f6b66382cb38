"""The process that Spark's Python workers of a machine are forked from: Spark's own, with two things done before.

What all workers import is loaded. And Spark's own archives are taken off the path, in which pyspark stands as it does
in the environment: from an archive it is compiled at each start, and every task would read the lists of all archives
anew.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path

_ARCHIVES = ("pyspark.zip", "py4j-", "spark-core_")


def remove_archives_from_path() -> None:
    """Has pyspark and py4j imported from the environment, if it has them.

    It also drops the cached readers of the archives.
    """
    kept = [entry for entry in sys.path if not Path(entry).name.startswith(_ARCHIVES)]
    if not PathFinder.find_spec("pyspark", kept):
        return
    for entry in set(sys.path).difference(kept):
        sys.path_importer_cache.pop(entry, None)
    sys.path[:] = kept


def main() -> None:
    """Becomes Spark's daemon."""
    remove_archives_from_path()
    from pyspark.daemon import manager

    import triage.stages.anonymize
    import triage.stages.ingest  # noqa: F401 - for the forks

    manager()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()

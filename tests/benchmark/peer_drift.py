"""The peer of drift_speed.py: Evidently's DataDriftPreset with its defaults, on pandas.

python peer_drift.py FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset


def main(folder: Path) -> None:
    """Prints the seconds of reading and of the report, by the clock and of processors, as JSON."""
    begin = _clocks()
    was, now = (_read(folder / f"columns-{period}") for period in ("was", "now"))
    read = _clocks()
    numbers = list(was.select_dtypes("number").columns)
    categories = [name for name in was.columns if name not in numbers]
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories)
    sets = [Dataset.from_pandas(frame, data_definition=definition) for frame in (now, was)]
    Report([DataDriftPreset()]).run(*sets).dict()
    end = _clocks()
    spent = {"read": _between(begin, read), "report": _between(read, end), "columns": len(was.columns)}
    sys.stdout.write(json.dumps(spent))


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _between(begin: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    return end[0] - begin[0], end[1] - begin[1]


def _read(folder: Path) -> pd.DataFrame:
    frame = pd.read_parquet(folder)
    flags = frame.select_dtypes("bool").columns
    return frame.astype(dict.fromkeys(flags, str))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

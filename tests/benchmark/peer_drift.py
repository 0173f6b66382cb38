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
    """Prints the seconds of reading and of the report as JSON."""
    begin = time.perf_counter()
    was, now = (_read(folder / f"columns-{period}") for period in ("was", "now"))
    read = time.perf_counter()
    numbers = list(was.select_dtypes("number").columns)
    categories = [name for name in was.columns if name not in numbers]
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories)
    sets = [Dataset.from_pandas(frame, data_definition=definition) for frame in (now, was)]
    Report([DataDriftPreset()]).run(*sets).dict()
    seconds = {"read": read - begin, "report": time.perf_counter() - read, "columns": len(was.columns)}
    sys.stdout.write(json.dumps(seconds))


def _read(folder: Path) -> pd.DataFrame:
    frame = pd.read_parquet(folder)
    flags = frame.select_dtypes("bool").columns
    return frame.astype(dict.fromkeys(flags, str))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

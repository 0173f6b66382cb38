"""NannyML's CBPE over the rows on standard input, for the Python that NannyML is installed in (TRIAGE_PEERS).

Reads a JSON object: `labels`, `chunk` (rows), and `reference` and `analysis` with `probabilities` [n × labels],
`predicted` and, for the reference, `truth` [n]. Prints a JSON list: value, low and high of the estimated
accuracy of each chunk.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any


def main() -> None:
    """Estimates each chunk's accuracy."""
    warnings.filterwarnings("ignore")
    import nannyml  # type: ignore[import-not-found]  # in its own environment
    import pandas as pd

    given = json.load(sys.stdin)

    def frame(part: dict[str, Any]) -> Any:
        table = pd.DataFrame(part["probabilities"], columns=[f"p_{label}" for label in given["labels"]])
        table["predicted"] = part["predicted"]
        return table.assign(truth=part["truth"]) if "truth" in part else table

    estimator = nannyml.CBPE(
        problem_type="classification_multiclass",
        y_pred_proba={label: f"p_{label}" for label in given["labels"]},
        y_pred="predicted",
        y_true="truth",
        metrics=["accuracy"],
        chunk_size=given["chunk"],
    )
    estimator.fit(frame(given["reference"]))
    found = estimator.estimate(frame(given["analysis"])).filter(period="analysis").to_df()["accuracy"]
    rows = zip(found["value"], found["lower_confidence_boundary"], found["upper_confidence_boundary"], strict=True)
    json.dump([{"value": v, "low": low, "high": high} for v, low, high in rows], sys.stdout)


if __name__ == "__main__":
    main()

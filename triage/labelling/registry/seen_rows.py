"""Which labelled rows a model learnt from, as keyed fingerprints, and its answers to rows before it learnt them.

A model from a file is fitted on the training rows, scored on the held-out rows, and then fitted again on all of them.
So there is no row of the file by which its final weights could be compared with another model's. What can be compared
are the answers that the first fit gave to the held-out rows: they are stored here.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from triage.config import Settings
from triage.errors import KeyMaterialError
from triage.labelling.features.fingerprints import Fingerprints, keyed
from triage.privacy.pseudonyms.keys import Keys, load_keys

if TYPE_CHECKING:
    from triage.labelling.training.result import TrainedModel  # brings all that learns with it

FILE = "seen_rows.npz"
"""Its name in the model's folder."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SeenRows:
    """Of one head."""

    learnt: Fingerprints
    """Rows that the weights were fitted on."""

    held_out: Fingerprints
    """Rows that the fit before the last did not see; none where the weights are those of that fit."""

    probabilities: npt.NDArray[np.float32]
    """That fit's calibrated probabilities, rows of `held_out` × the head's labels."""


def seen_rows_of(trained: TrainedModel, keys: Keys) -> dict[str, SeenRows]:
    """By head, what a training saw."""
    rows = trained.rows
    prints = keyed(rows.fingerprint, keys)
    found = {}
    for head, answers in trained.evaluated.items():
        held = rows.held_out(head) & trained.refitted
        learnt = rows.known[head] if trained.refitted else rows.training(head)
        probabilities = answers.after if trained.refitted else answers.after[:0]
        found[head] = SeenRows(np.unique(prints[learnt]), prints[held], probabilities.astype(np.float32))
    return found


def write_seen_rows(trained: TrainedModel, settings: Settings) -> bytes | None:
    """The content of the file; None without a key, so that the gate cannot leave these rows out later."""
    try:
        keys = load_keys(settings)
    except KeyMaterialError as fault:
        _log.warning("The model does not note which rows it learnt from: %s", fault.what)
        return None
    content = io.BytesIO()
    arrays = {
        f"{head}/{name}": getattr(seen, name)
        for head, seen in seen_rows_of(trained, keys).items()
        for name in ("learnt", "held_out", "probabilities")
    }
    np.savez_compressed(content, key_id=np.array(keys.key_id), **arrays)
    return content.getvalue()


def read_seen_rows(folder: Path, keys: Keys) -> Mapping[str, SeenRows] | None:
    """By head, what the model of a folder saw; None where it does not say so, or in fingerprints of other keys."""
    file = folder / FILE
    if not file.is_file():
        return None
    with np.load(file, allow_pickle=False) as stored:
        if str(stored["key_id"]) != keys.key_id:
            return None
        heads = sorted({name.rpartition("/")[0] for name in stored.files if "/" in name})
        return {
            head: SeenRows(stored[f"{head}/learnt"], stored[f"{head}/held_out"], stored[f"{head}/probabilities"])
            for head in heads
        }

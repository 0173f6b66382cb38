"""Fingerprints of labelled rows, by which a model's training rows are known again without their text.

A hash of a short text can be guessed by hashing likely texts. So what is stored with a model is an HMAC under the
lake's key: without the key nobody can test a guess, and after a rotation of keys no fingerprint matches any more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column
from pyspark.sql import functions as f

from triage.labelling.features.terms import written
from triage.privacy.pseudonyms.keys import Keys, keyed_name

Fingerprints = npt.NDArray[np.uint64]

FINGERPRINT = "fingerprint"
_KIND = b"labelled row"


def fingerprint(columns: Sequence[str]) -> Column:
    """64 bits of subject and body, whatever their case and blanks; without a key, so never to be stored."""
    return f.xxhash64(f.lower(f.trim(f.regexp_replace(written(columns), r"\s+", " "))))


def keyed(fingerprints: npt.NDArray[np.int64], keys: Keys) -> Fingerprints:
    """Each fingerprint as the lake's keys make it: 8 bytes that may be stored.

    Among n texts two share theirs by chance with probability about n²/2⁶⁵.
    """
    kinds, of_row = np.unique(fingerprints, return_inverse=True)
    found = [int(keyed_name(_KIND, one.tobytes(), keys)[:16], 16) for one in kinds]
    return np.array(found, dtype=np.uint64)[of_row.reshape(-1)]

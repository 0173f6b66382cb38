"""Which items people answer without a suggestion, on the page and in a file."""

from __future__ import annotations

import hashlib

from triage.lake.tables.learning import UNSETTLED

UNBIASED = ("audit", "gold_question", UNSETTLED)
"""Purposes whose answers measure or decide something, so that they must not lean on the suggestion."""


def is_blind(item_id: str, purpose: str, share: float) -> bool:
    """Whether an item is shown without the suggestion.

    A suggestion draws answers towards itself (anchoring: Tversky and Kahneman 1974), and an audit that leans on the
    model overstates its accuracy. All audit and gold questions are blind, and so is a share of the others, drawn by
    a hash of the item: a blind item does not say of itself that it is one of those that measure.
    """
    digest = hashlib.sha256(f"blind {item_id}".encode()).digest()
    return purpose in UNBIASED or int.from_bytes(digest[:8], "big") < share * 2**64

"""Version 3: mails and the values behind tokens are sealed by data keys.

Rows of older versions stay as they are and open as before, so nothing is rewritten. The version counts, because an
older one of the project could not open what this one seals.
"""

from __future__ import annotations

from triage.lake.migrations.migration import Migration
from triage.lake.store import Store


def _leave_rows(store: Store) -> None:
    """Data keys are made when the first batch needs them."""


DATA_KEY_SEALS = Migration(3, "data keys", _leave_rows)

"""What a complete run says to its scheduler about mail that did not come as expected."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from triage.config.base import Section

Action = Literal["fail", "warn", "ignore"]
"""`fail`: a sentence, and the run ends with 1 although it is complete. `warn`: the sentence only. `ignore`: neither."""


class OutcomeSettings(Section):
    """What a run that lost nothing still says of its mail: fail, warn or ignore."""

    empty_source: Action = "fail"
    """A folder in `sources` that held files before and holds none now, such as a lost mount. One that never held any
    is a warning at most."""

    quarantine: Action = "fail"
    """More than `quality.max_quarantine_share` of the new mails are in quarantine."""

    quarantine_mails: int = Field(1, ge=1)
    """Fewest mails in quarantine for that; raise it for hourly runs with few mails, of which all may be bad by
    chance."""

    low_volume: Action = "warn"
    """Far fewer new mails than is usual for the weekday and hour."""

    low_volume_share: float = Field(0.3, gt=0, lt=1)
    """Share of the usual volume that counts as far fewer, where it is below that by more than chance."""

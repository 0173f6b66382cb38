"""What only informs must not fail a run whose mails are all routed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

_log = logging.getLogger(__name__)

_Result = TypeVar("_Result")


def softly(what: str, make: Callable[[], _Result], otherwise: _Result) -> _Result:
    """The result; where it fails, `otherwise`, with a warning that names the type only: a text may hold a value.

    `what` is the first half of the warning's sentence, such as "The page could not be written".
    """
    try:
        return make()
    except Exception as fault:  # noqa: BLE001 - what only informs must not fail the run
        _log.warning("%s (%s).", what, type(fault).__name__)
        return otherwise

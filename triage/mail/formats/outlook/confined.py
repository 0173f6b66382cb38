"""A reader of a format that is easily attacked runs in a child process, under the limits of a message."""

from __future__ import annotations

import os

from triage.config import LimitSettings
from triage.errors import PrivacyError
from triage.reasons import Reason
from triage.sandbox.limits import Bounds
from triage.sandbox.pool import Sandbox, SandboxSettings
from triage.sandbox.protocol import Build

_sandboxes: dict[tuple[int, Build], Sandbox] = {}
"""By process, so that a fork does not take its parent's for its own, and by what they run."""


def confined(build: Build, data: bytes, limits: LimitSettings) -> bytes | Reason:
    """What the work that `build` gives makes of `data`, or why there is nothing.

    `build` must be a function of a module, for the child to find. Raises OSError where no child can be had.
    """
    try:
        [answer] = _sandbox(build, limits).run([data], lambda _, reason: reason)
    except PrivacyError:
        raise OSError("no child process") from None
    return Reason.SOURCE_CORRUPT if answer == Reason.DETECTOR_FAILED else answer


def _sandbox(build: Build, limits: LimitSettings) -> Sandbox:
    key, wanted = (os.getpid(), build), SandboxSettings(build, Bounds.of(limits))
    current = _sandboxes.get(key)
    if current and current.is_usable and current.settings == wanted:
        return current
    if current:
        current.close()
    _sandboxes[key] = Sandbox(wanted)
    return _sandboxes[key]

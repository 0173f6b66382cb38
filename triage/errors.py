"""The errors that the job raises, each with the exit code that a scheduler sees.

Every message says what happened, where, and what to do; none holds a row's value.
"""

from __future__ import annotations

import errno

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
"""Numbers of an OSError that passes when somebody frees space."""


class TriageError(Exception):
    """Root of all errors that the job raises itself.

    `what` happened, `where` (a mail key, file or setting) and the `remedy` are attributes
    and together make the text of the error.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        place = f" [{where}]" if where else ""
        advice = f" {remedy}" if remedy else ""
        super().__init__(f"{what}{place}{advice}")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.where, self.remedy)


def _rebuild(fault: type[TriageError], what: str, where: str, remedy: str) -> TriageError:
    """Faults cross process borders by pickle, and keyword-only arguments need this."""
    return fault(what, where=where, remedy=remedy)


class ConfigError(TriageError):
    """A setting, rule, policy or argument is wrong."""

    exit_code = 2


class KeyMaterialError(ConfigError):
    """A key is missing, unreadable, malformed, or not allowed in this mode."""


class AccessDeniedError(ConfigError):
    """Who asks may not do this, or did not say who asks."""


class SourceError(TriageError):
    """A mailbox export is missing or cannot be listed."""

    exit_code = 2


class ContractError(TriageError):
    """Rows or a table do not match their declaration."""


class PrivacyError(TriageError):
    """Personal data could not be detected or protected; nothing was published."""


class LegalHoldError(TriageError):
    """A legal hold keeps what should be removed; nothing was."""


class ModelError(TriageError):
    """A model is missing, refused, or does not fit its declaration."""


class TransientError(TriageError):
    """A fault that passes: another run holds the lake, a service does not answer."""

    exit_code = 75

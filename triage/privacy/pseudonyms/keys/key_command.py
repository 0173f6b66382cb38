"""A secret that a command prints: the client of a key management system or a vault."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from triage.errors import KeyMaterialError, TransientError

_SETTING = "privacy.key_command"
_PIPE_BYTES = 2**16


def secret_of_command(words: Sequence[str], seconds: float) -> str:
    """What a program prints, without white space around it; `words` are the program and its arguments, for no shell.

    It must print before it ends; what it started in the background may keep its output open, and is ended with it.
    Its standard error is thrown away and its words are named nowhere, because either may hold what it signs in with.
    Raises KeyMaterialError where it cannot be started, fails or prints nothing, TransientError after `seconds`, or
    where it ends with 75 (EX_TEMPFAIL of sysexits.h).
    """
    try:
        # A session of its own, so that what the program started is ended with it.
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        _fail(f"The key command cannot be started: {getattr(error, 'strerror', None) or type(error).__name__}.")
    try:
        process.wait(timeout=seconds)
        printed = _printed(process)
    except subprocess.TimeoutExpired:
        raise TransientError(
            f"The key command did not end within {seconds:g} s.",
            where=_SETTING,
            remedy="Start again later, or allow it more by privacy.key_command_seconds.",
        ) from None
    finally:
        _end(process)
    return _checked(printed, process.returncode)


def _printed(process: subprocess.Popen[bytes]) -> bytes:
    """What a process that has ended left in its pipe, which others may hold open still; at most what a pipe takes."""
    if process.stdout is None:
        raise ValueError("its output is no pipe")
    os.set_blocking(process.stdout.fileno(), False)
    with suppress(BlockingIOError):
        return os.read(process.stdout.fileno(), _PIPE_BYTES)
    return b""


def _checked(printed: bytes, code: int) -> str:
    if code == os.EX_TEMPFAIL:
        raise TransientError(
            f"The key command ended with exit code {code}: it says that it may succeed later.",
            where=_SETTING,
            remedy="Start again later; if it stays so, run it by hand as the user of the job.",
        )
    if code:
        how = f"with exit code {code}" if code > 0 else f"by signal {-code}"
        _fail(f"The key command ended {how}.")
    try:
        text = printed.decode("ascii").strip()
    except UnicodeDecodeError:
        _fail("The key command printed what is neither hex nor base64.")
    if not text:
        _fail("The key command printed nothing.")
    return text


def _fail(what: str) -> NoReturn:
    raise KeyMaterialError(
        what,
        where=_SETTING,
        remedy="Run it by hand as the user of the job; it must print the secret alone, as hex or base64.",
    ) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and what it started, where any of it is left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()

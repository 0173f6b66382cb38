"""Runs `readpst`, a program in C that reads what an attacker may have written, under the kernel's limits."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

from triage.config import LimitSettings
from triage.reasons import Reason
from triage.sandbox.limits import die_with_parent

COMMAND = "readpst"
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # linux/sched.h
_FREE_BYTES = 512 * 2**20
"""Bytes that stay free on the disk; where they do not, the command is ended and the mailbox is read again later."""
_LOOK_SECONDS = 0.5


def unpack(mailbox: Path, folder: Path, limits: LimitSettings) -> Reason | None:
    """Writes each mail of a mailbox to a file below `folder`; the reason where that did not end well.

    Raises OSError where the disk is full, which is no fault of the mailbox.
    """
    folder.mkdir(mode=0o700)
    command = [
        shutil.which(COMMAND) or COMMAND,
        "-q",
        "-e",
        "-8",
        "-b",
        "-j",
        "0",
        "-t",
        "e",
        "-o",
        str(folder),
        str(mailbox),
    ]
    with subprocess.Popen(
        command,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: _confine(limits),  # noqa: PLW1509 - only calls of the kernel
    ) as process:
        return _waited(process, folder, limits)


def _confine(limits: LimitSettings) -> None:
    """Runs in the child, before the command: its limits, no core dump, and no network where users may choose so."""
    die_with_parent()
    seconds = limits.pst_seconds
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.stored_bytes + 1),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a mail that is too large is cut, and the others still come
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NET)


def _waited(process: subprocess.Popen[bytes], folder: Path, limits: LimitSettings) -> Reason | None:
    ends_at = time.monotonic() + limits.pst_seconds
    while True:
        try:
            return _reason(process.wait(_LOOK_SECONDS))
        except subprocess.TimeoutExpired:
            is_full = shutil.disk_usage(folder).free < _FREE_BYTES
            if is_full or time.monotonic() > ends_at:
                process.kill()
                process.wait()
                if is_full:
                    raise OSError("the disk is full") from None
                return Reason.TIME_LIMIT


def _reason(status: int) -> Reason | None:
    if status == 0:
        return None
    return Reason.CPU_LIMIT if status in (-signal.SIGXCPU, -signal.SIGKILL) else Reason.SOURCE_CORRUPT

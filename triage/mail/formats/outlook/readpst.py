"""Runs `readpst`, a program in C that reads what an attacker may have written, under the kernel's limits."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import BinaryIO

from triage.config import LimitSettings
from triage.reasons import Reason
from triage.sandbox.limits import die_with_parent

COMMAND = "readpst"
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # linux/sched.h
_FREE_BYTES = 512 * 2**20
"""Bytes that stay free on the disk; where they do not, the command is ended and the mailbox is read again later."""
_LOOK_SECONDS = 0.5
_KINDS = "eajc"
"""All kinds that it knows, since it counts what it is not asked for as skipped."""
_SKIPPED = re.compile(rb"- (\d+) items done, (\d+) items skipped")


def unpack(mailbox: Path, folder: Path, limits: LimitSettings) -> Reason | None:
    """Writes each mail of a mailbox to a file below `folder`; the reason where that failed, or left items out.

    Raises OSError where the disk is full, which is no fault of the mailbox.
    """
    folder.mkdir(mode=0o700)
    told = folder / "told"  # it names folders, so it lies where their mails do
    with told.open("wb") as stdout, _started(mailbox, folder, stdout, limits) as process:
        fault = _waited(process, folder, limits)
    return fault or (Reason.OUTLOOK_ITEMS if _leaves_out(told) else None)


def _started(mailbox: Path, folder: Path, stdout: BinaryIO, limits: LimitSettings) -> subprocess.Popen[bytes]:
    options = ("-e", "-8", "-b", "-j", "0", "-t", _KINDS, "-o", str(folder))
    return subprocess.Popen(
        [shutil.which(COMMAND) or COMMAND, *options, str(mailbox)],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: _confine(limits),  # noqa: PLW1509 - only calls of the kernel
    )


def _leaves_out(told: Path) -> bool:
    """Whether items of a folder with others were skipped; one of tasks and notes alone has none that is done."""
    with told.open("rb") as lines:
        counts = (found.groups() for line in lines if (found := _SKIPPED.search(line)))
        return any(int(done) and int(skipped) for done, skipped in counts)


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

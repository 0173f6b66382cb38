"""Faults before a job starts, each with its exit code and one sentence for the operator."""

from __future__ import annotations

import errno
import re
from pathlib import Path

_DISK = re.compile(r"No space left on device|Errno 28\b|Disk quota exceeded|Not enough space", re.IGNORECASE)
_HASH = re.compile(r"DO NOT MATCH THE HASHES|Hash mismatch for")
_NETWORK = re.compile(
    r"NewConnectionError|Connection(?: was)? (?:refused|reset|broken|aborted)|ConnectionResetError|Max retries exceeded"
    r"|ConnectTimeout|ReadTimeout|Read timed out|timed out|name resolution|not known|ProxyError|SSLError"
    r"|CERTIFICATE_VERIFY"
    r"|IncompleteRead|IncompleteDownload|Network is unreachable|No route to host|Server access error|UnknownHost"
    r"|ConnectException|SocketTimeout|SocketException|SSLHandshake|You probably access the destination server"
    r"|HTTP error (?:407|429|5\d\d)|Downloaded file size doesn't match"
    r"|error sending request|dns error|tcp connect error|Failed to download distribution due to network timeout"
    r"|HTTP status (?:client|server) error \((?:407|429|5\d\d)|unexpected end of file",
    re.IGNORECASE,
)
_MISSING = re.compile(r"No matching distribution found for (\S+)|module not found: (\S+)|not found: (\S+)")


class SetupFault(Exception):
    """The environment could not be set up; the text is one sentence with the remedy."""

    exit_code = 1


class UnsuitableMachine(SetupFault):
    """The machine or the command line lacks something that only a person can change."""

    exit_code = 2


class TryAgain(SetupFault):
    """A transient fault: network, disk, a broken download. The next start goes on from there."""

    exit_code = 75


def of_log(what: str, log: Path) -> SetupFault:
    """The fault behind a failed run of pip, uv or Ivy, read from its output in `log`."""
    if fault := known_fault(what, log):
        return fault
    text, seen = _read(log), _seen(log)
    if missing := _MISSING.search(text):
        name = next(group for group in missing.groups() if group)
        return TryAgain(f"{what}: {name} is not on the index or mirror in use; check it and start again {seen}.")
    return SetupFault(f"{what} failed for a reason not foreseen; read {log}, then start again.")


def known_fault(what: str, log: Path) -> TryAgain | None:
    """The fault of the machine or the network that any tool would meet, where the output in `log` shows one."""
    text, seen = _read(log), _seen(log)
    if _DISK.search(text):
        return no_disk(what, log.parent)
    if _HASH.search(text):
        return TryAgain(f"{what}: a file differs from the lock, so it was removed; start again {seen}.")
    if _NETWORK.search(text):
        return TryAgain(
            f"{what}: the download failed; check the network, proxy or mirror (see README), then start again {seen}."
        )
    return None


def _read(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _seen(log: Path) -> str:
    return f"(full output: {log})"


def of_os_error(error: OSError, folder: Path) -> SetupFault:
    """The fault behind an operating system error met while writing under `folder`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return no_disk("Set-up", folder)
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return UnsuitableMachine(
            f"{folder} cannot be written: make it writable, or set TRIAGE_ENV to a folder that is."
        )
    return SetupFault(f"Set-up under {folder} met an operating system error ({error}); correct it and start again.")


def no_disk(what: str, folder: Path) -> TryAgain:
    """The sentence for a full disk."""
    return TryAgain(f"{what}: no space left on the disk of {folder}; free some, or set TRIAGE_ENV, and start again.")

"""The parser on one mail after another, in a sandbox with the bounds of a mail, and what each took."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.config import LimitSettings
from triage.mail.parsing.message import parse
from triage.mail.parsing.parsed import ParsedMail
from triage.reasons import Mark, Reason
from triage.sandbox.limits import Bounds
from triage.sandbox.pool import Sandbox, SandboxSettings
from triage.sandbox.protocol import Work

BOUNDS = Bounds(cpu_seconds=2, memory_bytes=300 * 2**20, wall_seconds=60)
_WARM = b"From: a@example.org\nSubject: Guten Tag\nContent-Type: text/html\n\n<p>Wann wird die Rechnung bezahlt?</p>"
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail: its faults, what is wrong with its values, and what it took.

    `cpu_seconds` of the child's processor time; `memory_bytes` by which its peak grew.
    """

    faults: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    cpu_seconds: float = 0.0
    memory_bytes: int = 0


def outcomes(mails: Iterable[bytes], bounds: Bounds = BOUNDS) -> Iterator[Outcome]:
    """What becomes of each mail, one at a time, so that the kernel's limits are those of one mail."""
    sandbox = Sandbox(SandboxSettings(parser, bounds))
    try:
        for mail in mails:
            yield from sandbox.run([mail], lambda _, reason: Outcome((reason,)))
    finally:
        sandbox.close()


def parser() -> Work:
    """The work of the sandbox, with all that parsing loads on first use loaded."""
    limits = LimitSettings()
    parse(_WARM, limits)

    def work(rows: list[Any]) -> Iterable[Outcome]:
        return [_outcome(row, limits) for row in rows]

    return work


def _outcome(mail: bytes, limits: LimitSettings) -> Outcome:
    before = _resident("VmRSS")
    with contextlib.suppress(OSError):  # a child that may not write there gives its peak so far
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    began = time.process_time()
    parsed = parse(mail, limits)
    took = time.process_time() - began
    return Outcome(parsed.faults, tuple(wrong(parsed, limits)), took, max(0, _resident("VmHWM") - before))


def _resident(field: str) -> int:
    lines = _STATUS.read_text("ascii", "replace").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def wrong(parsed: ParsedMail, limits: LimitSettings) -> Iterator[str]:
    """What a parsed mail must never be, whatever the bytes were."""
    if Reason.PARSE_ERROR in parsed.faults:
        yield "a fault that was not foreseen"
    if not set(parsed.faults) <= set(Reason) or not set(parsed.marks) <= set(Mark):
        yield "an unknown code"
    if parsed.faults and (parsed.subject or parsed.body or parsed.recipients):
        yield "a faulty mail with values"
    if len(parsed.body) > limits.body_chars or len(parsed.recipients) > limits.addresses:
        yield "a bound exceeded"
    for text in _texts(parsed):
        if "\x00" in text or "\r" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            yield "a text that is no clean Unicode"


def _texts(parsed: ParsedMail) -> Iterator[str]:
    yield from (parsed.subject, parsed.body, parsed.message_id or "", *parsed.references)
    for person in parsed.recipients:
        yield from (person.name, person.address)
    for invited in parsed.invited:
        yield from (invited.name, invited.address)
    if parsed.sender is not None:
        yield from (parsed.sender.name, parsed.sender.address)
    yield from (attachment.name for attachment in parsed.attachments)

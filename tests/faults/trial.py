"""One trial: a fault strikes a night, plain reruns follow, and the tables are compared with an undisturbed night's."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import Any

from tests.faults.kinds import FAULTS
from tests.faults.night import Night, ended
from tests.lakes import Lake

KEYS = {
    "vault/raw_mail": ("mail_key",),
    "quarantine/mail": ("mail_key",),
    "silver/mail": ("mail_key",),
    "gold/labels": ("mail_key", "head"),
    "gold/routes": ("mail_key",),
}
_RERUNS = 3
_OF_THE_PLACE = ("batch_id", "file_key", "byte_offset")
"""Columns that say in which file and batch a mail was found: another one where a file changed in between."""
_FILE_TIMES = {"vault/raw_mail": ("received_at",)}
"""By table, columns with the time of that file."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a trial shows.

    `number` and `at` (seconds) are of the moment, `hit` says whether the run was at work then; codes are exit codes.
    """

    fault: str
    number: int
    at: float
    hit: bool
    code: int
    rerun_codes: tuple[int, ...]
    recovery_seconds: float
    lost: int
    doubled: int
    changed: int


def trial(night: Night, fault: str, number: int, at: float, undisturbed: Lake) -> Result:
    """Runs the night, has the fault strike `at` seconds after its start, and reruns until a run ends with 0."""
    with FAULTS[fault](night) as strike:
        process = night.process = night.start()
        try:
            process.wait(at)
            hit = False
        except subprocess.TimeoutExpired:  # it is still at work
            hit = strike()
        code = ended(process)
    codes, seconds = [], 0.0
    for _ in range(_RERUNS):
        rerun, took = night.run()
        codes.append(rerun)
        seconds += took
        if rerun == 0:
            break
    return Result(fault, number, at, hit, code, tuple(codes), seconds, *compared(night.lake, undisturbed))


def compared(lake: Lake, undisturbed: Lake) -> tuple[int, int, int]:
    """Rows lost, doubled, and of another content, over the tables of mails; a mail in quarantine is not lost."""
    lost = doubled = changed = 0
    held = {row["mail_key"] for row in lake.rows("quarantine/mail")}
    for table, key in KEYS.items():
        of_the_place = (*_OF_THE_PLACE, *_FILE_TIMES.get(table, ()))
        found = _by_key(lake.opened_rows(table), key, of_the_place)
        wanted = _by_key(undisturbed.opened_rows(table), key, of_the_place)
        missing = wanted.keys() - found.keys()
        lost += sum(one[0] not in held for one in missing)
        doubled += sum(len(rows) - 1 for rows in found.values())
        changed += sum(one[0] in held for one in missing)
        changed += sum(found[one][0] != wanted[one][0] for one in wanted.keys() & found.keys())
    return lost, doubled, changed


def _by_key(
    rows: list[dict[str, Any]], key: tuple[str, ...], of_the_place: tuple[str, ...]
) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        if row.get("mail_key") and not row.get("fault"):
            plain = {name: value for name, value in row.items() if name not in of_the_place}
            found.setdefault(tuple(row[name] for name in key), []).append(repr(sorted(plain.items())))
    return found

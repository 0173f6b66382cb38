"""Who approved which version of what is in force: read from a YAML file and added to it, never changed in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from triage.config import Section
from triage.errors import ConfigError
from triage.yaml_file import read_yaml

NOT_APPROVED = "not approved"


class Approval(Section):
    """One approval: of this version, and of no other."""

    what: str = Field(min_length=1)
    """As the inventory names it, such as `rules` or `model:triage-labels`."""

    version: str = Field(min_length=1)
    """The version that was approved."""

    digest: str = ""
    """SHA-256 that the version had, where it has one: another model can be given the same version number."""

    by: str = Field(min_length=1)
    """Who approved it."""

    at: AwareDatetime
    """When, with its time zone."""

    note: str = ""
    """Why, or under which conditions."""

    @property
    def in_words(self) -> str:
        """Who, when (UTC) and the note."""
        note = f": {self.note}" if self.note else ""
        return f"{self.by}, {self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC{note}"


_ENTRIES = TypeAdapter(tuple[Approval, ...])


def load_approvals(file: Path) -> tuple[Approval, ...]:
    """The approvals of a file, the oldest first; none where there is no file yet.

    Raises ConfigError, with the file and the entry, for one that cannot be read or has another form.
    """
    if not file.exists():
        return ()
    content = read_yaml(file, "file of approvals", "See conf/approvals.yaml of the project for its form.")
    try:
        return _ENTRIES.validate_python(() if content is None else content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        entry = [str(int(part) + 1) if isinstance(part, int) else part for part in first["loc"]]
        raise ConfigError(
            f"An approval is wrong: {first['msg']}.",
            where=f"{file}, entry {' '.join(entry)}" if entry else str(file),
            remedy="Give a list of entries with what, version, by and at, and optionally digest and note.",
        ) from None


def approval_of(what: str, version: str, digest: str, approvals: Sequence[Approval]) -> Approval | None:
    """The latest approval of this very version; None where there is none."""
    found = [a for a in approvals if (a.what, a.version, a.digest) == (what, version, digest)]
    return max(found, key=lambda approval: approval.at, default=None)


def add_approval(file: Path, approval: Approval) -> None:
    """Adds an entry at the end of the file, whose other bytes stay as they are; the file is made where there is none.

    Raises ConfigError where the file as it is cannot be read or written.
    """
    load_approvals(file)
    try:
        before = file.read_text("utf-8") if file.exists() else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as stream:
            stream.write(("" if before.endswith("\n") or not before else "\n") + _entry(approval))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as fault:
        raise ConfigError(
            f"The approval cannot be written: {fault.strerror}.",
            where=str(file),
            remedy="Make the file writable, or set governance.approvals.",
        ) from None


def new_approval(what: str, version: str, digest: str, by: str, note: str) -> Approval:
    """An approval of now, each text on one line. Raises ConfigError where nobody is named."""
    if not by.strip():
        raise ConfigError("An approval names nobody.", where="--by", remedy="Give the name of who approves.")
    now = datetime.now(UTC).replace(microsecond=0)
    return Approval(
        what=what, version=version, digest=digest, by=" ".join(by.split()), at=now, note=" ".join(note.split())
    )


def _entry(approval: Approval) -> str:
    fields = approval.model_dump(exclude_defaults=True) | {"at": approval.at.isoformat()}
    return yaml.safe_dump([fields], sort_keys=False, allow_unicode=True, default_flow_style=False)

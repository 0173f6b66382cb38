"""What the checks look at: the settings, the environment's folders, and the lake's tables, read by delta-rs alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from triage.config import Settings
from triage.environment.place import Place, find_place
from triage.errors import ContractError
from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.paths import is_local


class NeedsSpark(ContractError):
    """A table that only Spark can read; the doctor starts none."""


@dataclass(frozen=True)
class Machine:
    """The process' environment and the folders of its installation."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @cached_property
    def place(self) -> Place:
        """Where packages and jars lie."""
        return find_place(self.environ)

    @property
    def jars(self) -> Path:
        """The folder of jars that a job would take."""
        return Path(self.environ.get("TRIAGE_JARS") or self.place.jars)


@dataclass(frozen=True)
class Patient:
    """An installation with valid settings, and its lake."""

    settings: Settings
    machine: Machine = field(default_factory=Machine)

    @cached_property
    def store(self) -> Store:
        """The lake's tables; raises NeedsSpark for a table that delta-rs cannot take."""
        return Store(_no_spark, self.settings.lake.root)

    @property
    def folder(self) -> Path | None:
        """The lake's folder; None for a remote lake."""
        root = self.settings.lake.root
        return Path(root.removeprefix("file://")) if is_local(root) else None

    def is_begun(self) -> bool:
        """Whether a run has planned anything; raises as the store does."""
        folder = self.folder
        return folder is not None and (folder / LEDGER.name / "_delta_log").is_dir()


def _no_spark() -> NoReturn:
    raise NeedsSpark("Only Spark can read this table.", remedy="Look at it with jobs/query.py.")

"""Where the environment lies. Each part is named by the hash of its lock, so a changed lock means a new part."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.environment.setup.locks import digest

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """The project's root and the folder (`.env`, or TRIAGE_ENV) that holds its environment."""

    project: Path
    folder: Path
    ivy_settings: Path

    @property
    def package_lock(self) -> Path:
        """The lock of the Python packages."""
        return self.project / "conf" / "requirements.lock"

    @property
    def embeddings_lock(self) -> Path:
        """The lock of the packages that convert the sentence embeddings; jobs that only run do without."""
        return self.project / "conf" / "embeddings.lock"

    @property
    def notebook_lock(self) -> Path:
        """The lock of JupyterLab and what it needs beyond the other packages; only notebooks need them."""
        return self.project / "conf" / "notebook.lock"

    @property
    def installer_lock(self) -> Path:
        """The lock of uv, which installs the packages and is no part of them."""
        return self.project / "conf" / "installer.lock"

    @property
    def jar_lock(self) -> Path:
        """The lock of the jars."""
        return self.project / "conf" / "jars" / "jars.lock"

    @property
    def venv(self) -> Path:
        """The virtual environment that belongs to the package lock."""
        return self.folder / f"venv-{digest(self.package_lock)[:16]}"

    @property
    def python(self) -> Path:
        """The Python of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def jars(self) -> Path:
        """The folder of jars that belongs to the jar lock."""
        return self.folder / f"jars-{digest(self.jar_lock)[:16]}"

    @property
    def classes(self) -> Path:
        """The archive of Spark's classes that belongs to both locks; empty where none could be made."""
        return self.folder / f"classes-{digest(self.package_lock)[:8]}-{digest(self.jar_lock)[:8]}.jsa"


def find_place(environ: Mapping[str, str], project: Path = PROJECT) -> Place:
    """The place that TRIAGE_ENV and TRIAGE_IVY_SETTINGS choose, or the project's own."""
    folder = environ.get("TRIAGE_ENV") or project / ".env"
    settings = environ.get("TRIAGE_IVY_SETTINGS") or project / "conf" / "jars" / "ivysettings.xml"
    return Place(project, Path(os.path.abspath(folder)), Path(os.path.abspath(settings)))

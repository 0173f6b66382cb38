"""`./spark-submit.sh notebook`: JupyterLab over the notebooks, for this machine alone and without the network."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from triage.environment.faults import UnsuitableMachine
from triage.environment.place import Place

_CLOSED = (
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.allow_remote_access=False",
    "--ServerApp.allow_root=True",  # in a container there may be nobody else; the loopback and the token stay
    "--LabApp.extension_manager=readonly",  # the other one lists a registry's extensions
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)
"""Options that keep it to the loopback; its token is Jupyter's own, new at each start."""


def find_notebook(place: Place, arguments: Sequence[str]) -> tuple[Path, str]:
    """The folder that is served, and the notebook in it that opens first; "" for none.

    A file is looked for from the working directory, then in the project and its notebooks. One outside of the notebooks
    is served with its own folder. Raises UnsuitableMachine where there is no such file, or more than one is named.
    """
    home = place.project / "notebooks"
    if not arguments:
        return home, ""
    if len(arguments) > 1:
        raise UnsuitableMachine("One notebook opens at a time: ./spark-submit.sh notebook [FILE.ipynb].")
    for candidate in (Path(arguments[0]), place.project / arguments[0], home / arguments[0]):
        if candidate.is_file() and candidate.suffix == ".ipynb":
            file = candidate.resolve()
            folder = home if file.is_relative_to(home) else file.parent
            return folder, str(file.relative_to(folder))
    known = ", ".join(sorted(file.name for file in home.glob("*.ipynb")))
    raise UnsuitableMachine(f"There is no notebook {arguments[0]!r}; there are: {known or 'none'}.")


def jupyter_command(place: Place, folder: Path, notebook: str) -> list[str]:
    """What starts JupyterLab over `folder`."""
    first = [f"--LabApp.default_url=/lab/tree/{notebook}"] if notebook else []
    return [str(place.python), "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *_CLOSED, *first]


def jupyter_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of a job, by which kernels of this environment come before a user's own of the same name."""
    return {**environ, "JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_PLATFORM_DIRS": "1"}


def start_jupyter(place: Place, folder: Path, notebook: str, environ: Mapping[str, str]) -> NoReturn:
    """Becomes JupyterLab."""
    command = jupyter_command(place, folder, notebook)
    os.execve(command[0], command, jupyter_variables(environ))

"""`./spark-submit.sh docs`: the pages of docs/ as a site, built into a folder or served on the loopback."""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from triage.environment.faults import UnsuitableMachine
from triage.environment.place import Place

_INDEX = Path("search", "search_index.json")
"""A file of every site, by which an older one is recognized."""


def run_docs(place: Place, arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Builds the site, every warning an error, and returns the exit code of mkdocs; or becomes its server.

    A folder that is named counts from the working directory. Raises UnsuitableMachine for one that holds other files,
    since a build deletes what its folder held.
    """
    args = _parser().parse_args(arguments)
    if args.serve:
        _serve(place, args.port, environ)
    folder = Path(os.path.abspath(args.out or place.project / "var" / "site"))
    _require_own(folder)
    command = _mkdocs(place, "build", "--quiet", "--site-dir", str(folder))
    code = subprocess.run(command, cwd=place.project, env=_variables(environ), check=False).returncode
    if code == 0:
        print(f"The site is in {folder}: open {folder / 'index.html'}")
    return code


def _parser() -> argparse.ArgumentParser:
    about = "The pages of docs/ as a site. A warning, such as a link that leads nowhere, is an error."
    parser = argparse.ArgumentParser(prog="./spark-submit.sh docs", description=about)
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--out", metavar="FOLDER", help="where the site is built (default: var/site of the project)")
    kinds.add_argument("--serve", action="store_true", help="show it to this machine, and build it anew on each change")
    parser.add_argument("--port", type=int, default=8000, help="where --serve listens on 127.0.0.1 (default: 8000)")
    return parser


def _require_own(folder: Path) -> None:
    is_other = folder.exists() and not folder.is_dir()
    if is_other or (folder.is_dir() and any(folder.iterdir()) and not (folder / _INDEX).is_file()):
        raise UnsuitableMachine(f"{folder} holds something other than a site: name an empty folder, or remove it.")


def _serve(place: Place, port: int, environ: Mapping[str, str]) -> None:
    """Becomes the server, so that signals are its own."""
    command = _mkdocs(place, "serve", "--dev-addr", f"127.0.0.1:{port}")
    os.chdir(place.project)
    os.execve(command[0], command, _variables(environ))


def _mkdocs(place: Place, *words: str) -> list[str]:
    return [str(place.python), "-m", "mkdocs", *words, "--strict", "--config-file", str(place.project / "mkdocs.yml")]


def _variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Without an advertisement that the theme's makers print."""
    return {**environ, "NO_MKDOCS_2_WARNING": "true"}

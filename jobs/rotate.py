"""Puts a new key in the place of the lake's: rewrites all tokens and reseals the vault; joins stay."""

from __future__ import annotations

import sys
from functools import partial

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline.run import Run
from triage.privacy.pseudonyms.keys import load_new_keys
from triage.progress import Progress
from triage.rights.rotation.rotate import rotate


def main() -> None:
    """Takes the old key from the settings; afterwards only the new one is accepted."""
    parser = job_parser(__doc__ or "")
    new = parser.add_mutually_exclusive_group(required=True)
    new.add_argument("--new-key-env", metavar="NAME", help="environment variable with the new secret")
    new.add_argument("--new-key-file", metavar="FILE", help="file with the new secret")
    args = parser.parse_args()
    settings = settings_from(args)
    keys = load_new_keys(settings, args.new_key_env, args.new_key_file)
    done = rotate(settings, keys, partial(Run, settings, Progress(progress_console)))
    sys.stdout.write(f"{done} tables rewritten; from now on the key is {keys.key_id}\n")


if __name__ == "__main__":
    exit_with(main)

"""Removes persons from the lake, verifies that nothing is left, and certifies it; or verifies a certificate."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline.run import Run
from triage.progress import Progress
from triage.rights.erasure.erase import erase
from triage.rights.printing import print_erasures, print_verification
from triage.rights.search.subjects import parse_subjects


def main() -> int:
    """Erases whom the arguments name, all in one go; exit code 1 when something is left or on legal hold."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--address", action="append", default=[], help="a mail address; repeatable")
    parser.add_argument("--pseudonym", action="append", default=[], metavar="TOKEN", help="repeatable")
    parser.add_argument("--mail-key", action="append", default=[], metavar="KEY", help="repeatable")
    parser.add_argument("--file", type=Path, metavar="FILE", help="one identifier a line")
    parser.add_argument("--verify", type=Path, metavar="CERTIFICATE.json", help="check a certificate instead")
    args = parser.parse_args()
    settings = settings_from(args)
    if args.verify:
        print_verification(args.verify, settings)
        return 0
    subjects = parse_subjects(args.address, args.pseudonym, args.mail_key, args.file)
    return print_erasures(erase(settings, subjects, partial(Run, settings, Progress(progress_console))))


if __name__ == "__main__":
    exit_with(main)

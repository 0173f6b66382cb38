"""Removes people from the lake, proves that nothing is left, and certifies it; or verifies a certificate."""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.progress import Progress
from triage.rights.erasure.erase import erase
from triage.rights.report import tell_certificate, tell_erased
from triage.rights.search.subjects import subjects


def main() -> int:
    """Erases whom the arguments name, all in one go; exit code 1 when something is left or held."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--address", action="append", default=[], help="a mail address; repeatable")
    parser.add_argument("--pseudonym", action="append", default=[], metavar="TOKEN", help="repeatable")
    parser.add_argument("--mail-key", action="append", default=[], metavar="KEY", help="repeatable")
    parser.add_argument("--file", type=Path, metavar="FILE", help="one identifier a line")
    parser.add_argument("--verify", type=Path, metavar="CERTIFICATE.json", help="check a certificate instead")
    args = parser.parse_args()
    settings = settings_from(args)
    if args.verify:
        return tell_certificate(args.verify, settings)
    wanted = subjects(args.address, args.pseudonym, args.mail_key, args.file)
    return tell_erased(erase(settings, wanted, Progress(progress_console)))


if __name__ == "__main__":
    exit_with(main)

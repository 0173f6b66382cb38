"""Backs up lake, MLflow, reports, certificates and settings to a repository; or verifies, or lists, its backups."""

from __future__ import annotations

from pathlib import Path

from triage.backup.backup import back_up, list_backups, verify_backup
from triage.backup.keys_file import write_development_key
from triage.backup.printing import print_backup, print_backups, print_verified
from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.progress import Progress


def main() -> None:
    """Makes a backup beside whatever runs; the key is not in it."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--to", metavar="FOLDER|URI", help="the repository; by default the setting backup.to")
    parser.add_argument("--verify", action="store_true", help="read a backup and compare its checksums instead")
    parser.add_argument("--list", action="store_true", help="show the backups instead")
    parser.add_argument("--backup", metavar="NAME", help="which one to verify; by default the newest")
    parser.add_argument("--with-keys", type=Path, metavar="FILE", help="also copy the development key to this new file")
    args = parser.parse_args()
    settings = settings_from(args)
    if args.list:
        print_backups(list_backups(settings, args.to))
    elif args.verify:
        print_verified(verify_backup(settings, args.to, args.backup))
    else:
        if args.with_keys:
            write_development_key(settings, args.with_keys, args.to)
        print_backup(back_up(settings, args.to, args.conf, Progress(progress_console).log))


if __name__ == "__main__":
    exit_with(main)

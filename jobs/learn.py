"""Learns from people's corrections: guards, a new model when one is due, the gate, trials. The second line of cron."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.learning.retraining.command import rebuild_version, run_learn


def main() -> None:
    """One step; nothing happens where nothing speaks for a training."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--force", action="store_true", help="train if there is any new correction; the gate decides")
    parser.add_argument("--rebuild", metavar="VERSION", help="train a version again from its set, and compare the two")
    args = parser.parse_args()
    settings = settings_from(args)
    if args.rebuild:
        rebuild_version(settings, args.rebuild)
    else:
        run_learn(settings, force=args.force)


if __name__ == "__main__":
    exit_with(main)

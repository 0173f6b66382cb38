"""Lists what was decided on models, or decides on a version: approve, reject, or promote one that the gate refused.

Each decision is written to ops/promotions and MLflow with your user name and the reason.
"""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.learning.promotion.command import add_arguments, run


def main() -> None:
    """Prints the latest decisions, or the outcome of yours."""
    parser = job_parser(__doc__ or "")
    add_arguments(parser)
    args = parser.parse_args()
    run(args, settings_from(args))


if __name__ == "__main__":
    exit_with(main)

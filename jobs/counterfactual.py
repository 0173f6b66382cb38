"""Counts decisions that change when names, genders or dialects of generated mails are swapped before anonymization.

Ends with exit code 1 where a name or a gender changed a decision: anonymized text must not give either away. Nothing is
written to the lake.
"""

from __future__ import annotations

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline.counterfactual.comparison import is_fair, print_table, results
from triage.pipeline.counterfactual.run import counterfactual
from triage.progress import Progress


def main() -> int:
    """Prints the table."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--mails", type=int, default=300, help="how many are generated (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same mails (default 1)")
    args = parser.parse_args()
    pairs = counterfactual(settings_from(args), args.mails, args.seed, Progress(progress_console))
    found = results(pairs)
    print_table(found)
    return 0 if is_fair(found) else 1


if __name__ == "__main__":
    exit_with(main)

"""Answers over REST with the label model in force, on this machine only unless told otherwise."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.labelling.serving.server import serve


def main() -> int:
    """Answers as `mlflow models serve` does, until it is ended."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--port", type=int, default=5001, help="where it listens (default: 5001)")
    parser.add_argument("--host", default="127.0.0.1", help="address that it listens on (default: 127.0.0.1)")
    parser.add_argument("--alias", choices=("champion", "challenger", "shadow"), default="champion")
    args = parser.parse_args()
    return serve(settings_from(args), args.alias, args.host, args.port)


if __name__ == "__main__":
    exit_with(main)

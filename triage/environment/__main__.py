"""Entry for `python -I -S triage/environment`, as spark-submit.sh starts it."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from triage.environment.command import main

    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env bash
# Runs a job, the tests, or only the set-up, in the project's own environment: see --help.
set -eu

self=$(readlink -f -- "${BASH_SOURCE[0]}")
project=${self%/*}

for python in "${TRIAGE_PYTHON:-}" "${TRIAGE_ENV:-$project/.env}/venv/bin/python" python3.11 python3; do
    if [ -n "$python" ] && "$python" -I -S -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        exec "$python" -I -S "$project/triage/environment" "$@"
    fi
done
echo "triage: Python 3.11 was not found: install it (Debian: python3.11 and python3.11-venv)," \
    "or set TRIAGE_PYTHON to its path." >&2
exit 2

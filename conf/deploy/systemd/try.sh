#!/bin/sh
# Runs a job, or ends with 1 where its first try began over MINUTES ago. FOLDER is the unit's runtime folder, which systemd keeps over
# automatic restarts and removes when the unit has ended. Not an ExecStartPre: systemd restarts by the main process's exit code alone.
# Usage: try.sh FOLDER MINUTES COMMAND…
set -eu

first=$1/first-try
minutes=$2
shift 2
[ -e "$first" ] || touch "$first"
if [ -n "$(find "$first" -mmin "+$minutes")" ]; then
    echo "<3>triage: a temporary fault has lasted for $minutes minutes; it is not tried again."
    exit 1
fi
exec "$@"

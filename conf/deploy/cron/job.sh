#!/usr/bin/env bash
# One job for cron, which mails what a line prints: the output goes to a file, and only a failure is printed. Usage: job.sh JOB [arguments]
set -u

home=$(readlink -f -- "${BASH_SOURCE[0]%/*}/../../..")
settings=${TRIAGE_SETTINGS:-/etc/triage/own.yaml}
logs=${TRIAGE_LOGS:-/var/log/triage}
lasting=${TRIAGE_RETRY_FOR:-21600} # seconds from the first start; a fault that lasts longer is reported
pause=${TRIAGE_PAUSE:-300}

job=${1:?Usage: job.sh JOB [arguments]}
shift
log=$logs/$job.log
umask 027
for ((try = 1; ; try++)); do
    "$home/spark-submit.sh" "jobs/$job.py" --conf "$home/conf/prod.yaml" --conf "$settings" "$@" >>"$log" 2>&1
    code=$?
    if [ "$code" != 75 ] || [ $((SECONDS + pause)) -gt "$lasting" ]; then
        break
    fi
    sleep "$pause"
done
if [ "$code" != 0 ]; then
    echo "triage: jobs/$job.py on $(hostname) ended with $code after $try tries. The end of $log:"
    tail -n 20 -- "$log" || echo "There is no $log: does the folder exist, and may $(id -un) write to it?"
fi
exit "$code"

#!/usr/bin/env bash
# A job with its arguments, as spark-submit.sh takes them; or `executor`, by which Spark on Kubernetes starts its executors' pods.
set -eu

if [ "${1:-}" != executor ]; then
    # A container without network has no address but this. On Kubernetes, a driver that executors must reach names its own.
    if [ -z "${SPARK_LOCAL_HOSTNAME:-}" ]; then
        export SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}
    fi
    exec /opt/triage/spark-submit.sh "$@"
fi
cd "$(mktemp -d)" # an executor copies jars into its working folder, and the root is read-only
python=$TRIAGE_ENV/venv/bin/python
SPARK_HOME=$(echo "$TRIAGE_ENV"/venv/lib/python3*/site-packages/pyspark)
export SPARK_HOME PYSPARK_PYTHON=${PYSPARK_PYTHON:-$python}
# The driver hands over Java's options as SPARK_JAVA_OPT_0, SPARK_JAVA_OPT_1 and so on.
options=()
for ((n = 0; ; n++)); do
    name=SPARK_JAVA_OPT_$n
    [ -n "${!name+x}" ] || break
    options+=("${!name}")
done
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" ${options[@]+"${options[@]}"} \
    "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY" \
    -cp "${SPARK_CLASSPATH:-}:$SPARK_HOME/jars/*:${SPARK_DIST_CLASSPATH:-}" \
    org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
    --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" --cores "$SPARK_EXECUTOR_CORES" \
    --app-id "$SPARK_APPLICATION_ID" --hostname "$SPARK_EXECUTOR_POD_IP" \
    --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" --podName "$SPARK_EXECUTOR_POD_NAME"

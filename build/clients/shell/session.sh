#!/bin/sh
# session.sh  what any program that speaks HTTP does with MLflow's interface: here
# a shell with curl, and nothing else. Its surroundings are the lines of `varve env`.
# Prints a line for each feature that was tried, as python/session.py does; the
# first failure ends it.
set -eu
api=$MLFLOW_TRACKING_URI/api/2.0

# ask METHOD PATH [BODY]
ask() {
    curl --silent --show-error --fail-with-body --user "$MLFLOW_TRACKING_USERNAME:$MLFLOW_TRACKING_PASSWORD" \
        --request "$1" --header 'Content-Type: application/json' ${3+--data "$3"} "$api/$2"
}

# text FIELD  takes the first field of that name out of the JSON on standard input.
text() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" | head -n 1; }

# has TEXT ANSWER
has() {
    case $2 in
    *"$1"*) ;;
    *) echo "no $1 in $2" >&2 && exit 1 ;;
    esac
}

experiment=$(ask POST mlflow/experiments/create '{"name":"shell field"}' | text experiment_id)
has '"name":"shell field"' "$(ask GET "mlflow/experiments/get-by-name?experiment_name=shell%20field")"
ask POST mlflow/experiments/set-experiment-tag "{\"experiment_id\":\"$experiment\",\"key\":\"team\",\"value\":\"lake\"}" >/dev/null
has "\"experiment_id\":\"$experiment\"" "$(ask POST mlflow/experiments/search '{"max_results":10,"filter":"tags.team = '"'lake'"'"}')"
if said=$(ask POST mlflow/experiments/create '{"name":"shell field"}'); then exit 1; fi
has RESOURCE_ALREADY_EXISTS "$said"
echo passed experiments

run=$(ask POST mlflow/runs/create "{\"experiment_id\":\"$experiment\",\"run_name\":\"by curl\",\"start_time\":$(date +%s)000}" | text run_id)
ask POST mlflow/runs/log-parameter "{\"run_id\":\"$run\",\"key\":\"lr\",\"value\":\"0.1\"}" >/dev/null
for step in 1 2 3; do
    ask POST mlflow/runs/log-metric "{\"run_id\":\"$run\",\"key\":\"loss\",\"value\":0.$step,\"timestamp\":$(date +%s)000,\"step\":$step}" >/dev/null
done
ask POST mlflow/runs/set-tag "{\"run_id\":\"$run\",\"key\":\"colour\",\"value\":\"blue\"}" >/dev/null
ask POST mlflow/runs/update "{\"run_id\":\"$run\",\"status\":\"FINISHED\",\"end_time\":$(date +%s)000}" >/dev/null
found=$(ask GET "mlflow/runs/get?run_id=$run")
has '"status":"FINISHED"' "$found"
has '{"key":"lr","value":"0.1"}' "$found"
has '"value":0.3' "$found"
has '"step":1' "$(ask GET "mlflow/metrics/get-history?run_id=$run&metric_key=loss")"
echo passed runs

# int64 may be text, as some languages write it.
ask POST mlflow/runs/log-batch "{\"run_id\":\"$run\",\"metrics\":[{\"key\":\"acc\",\"value\":\"NaN\",\"timestamp\":\"1700000000000\",\"step\":\"7\"}],\"params\":[{\"key\":\"depth\",\"value\":\"3\"}],\"tags\":[{\"key\":\"t\",\"value\":\"v\"}]}" >/dev/null
has '"value":"NaN"' "$(ask GET "mlflow/runs/get?run_id=$run")"
echo passed batches

has "\"run_id\":\"$run\"" "$(ask POST mlflow/runs/search "{\"experiment_ids\":[\"$experiment\"],\"filter\":\"metrics.loss < 0.5 and params.lr = '0.1'\",\"order_by\":[\"metrics.loss DESC\"]}")"
if said=$(ask POST mlflow/runs/search "{\"experiment_ids\":[\"$experiment\"],\"filter\":\"metrics.loss <> 'x'\"}"); then exit 1; fi
has INVALID_PARAMETER_VALUE "$said"
echo passed searches

files=mlflow-artifacts/artifacts/$experiment/$run/artifacts
printf 'one\ntwo\n' >"$WORK/sent.txt"
curl --silent --show-error --fail --user "$MLFLOW_TRACKING_USERNAME:$MLFLOW_TRACKING_PASSWORD" \
    --upload-file "$WORK/sent.txt" "$api/$files/deep/sent%20file.txt" >/dev/null
has '"path":"deep/sent file.txt","is_dir":false,"file_size":8' "$(ask GET "mlflow/artifacts/list?run_id=$run&path=deep")"
ask GET "$files/deep/sent%20file.txt" >"$WORK/got.txt"
cmp "$WORK/sent.txt" "$WORK/got.txt"
ask DELETE "$files/deep/sent%20file.txt" >/dev/null
echo passed artifacts

ask POST mlflow/registered-models/create '{"name":"shell lake"}' >/dev/null
ask POST mlflow/model-versions/create "{\"name\":\"shell lake\",\"source\":\"runs:/$run/net\",\"run_id\":\"$run\"}" >/dev/null
ask POST mlflow/registered-models/alias '{"name":"shell lake","alias":"champion","version":"1"}' >/dev/null
has "\"run_id\":\"$run\"" "$(ask GET "mlflow/registered-models/alias?name=shell%20lake&alias=champion")"
echo passed registry

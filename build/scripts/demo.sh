#!/usr/bin/env bash
# demo.sh  makes a workspace with the wine data and nine runs on it, and opens
# the window; without a display it prints the runs and where the pages are.
# What is there already is kept: a second time it only shows. VARVE_DEMO names
# another folder for the workspace.
source "$(dirname "$0")/lib.sh"

varve=$PWD/build/bin/varve
project=$PWD/examples/wine
experiment=wine
export VARVE_WORKSPACE=${VARVE_DEMO:-$PWD/build/demo}

"$varve" data add wine-quality "$project/data/wine-quality.csv" -m "White wines, as published"

# The grid of the exam: two parameters with three values each.
grid=()
for alpha in 0.1 0.5 1.0; do
    for l1_ratio in 0.1 0.5 1.0; do
        grid+=("$alpha $l1_ratio")
    done
done

# finished  prints the parameters of the runs that have been made, a line each.
finished() {
    "$varve" runs list --json | python3 -c '
import json, sys
for run in json.load(sys.stdin):
    params = {p["key"]: p["value"] for p in run["data"].get("params", [])}
    if run["info"]["status"] == "FINISHED" and "alpha" in params:
        print(params["alpha"], params["l1_ratio"])'
}

train() {
    "$varve" run "$project" --experiment-name "$experiment" -P "alpha=$1" -P "l1_ratio=$2"
}

mapfile -t wanted < <(comm -13 <(finished | sort) <(printf '%s\n' "${grid[@]}" | sort))
if ((${#wanted[@]} > 0)); then
    say "Training ${#wanted[@]} models. The first one makes the Python environment, which takes a few minutes."
    read -r alpha l1_ratio <<<"${wanted[0]}"
    train "$alpha" "$l1_ratio"
    # The others two at a time, quietly.
    export -f train
    export varve project experiment
    log=$cache/demo.log
    printf '%s\n' "${wanted[@]:1}" | xargs -r -P 2 -L 1 bash -c 'train "$@"' train >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        fail "A run failed; all of the output is in $log"
    }
fi

"$varve" runs list --experiment-name "$experiment"
address=$("$varve" env --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["MLFLOW_TRACKING_URI"])')
if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    say "Opening the window."
    exec "$varve"
fi
say ""
say "There is no display for the window. The same pages in a browser: $address"

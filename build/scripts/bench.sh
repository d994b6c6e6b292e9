#!/usr/bin/env bash
# bench.sh [FLAG…]  measures Varve and MLflow's server side by side, prints a
# table, and writes docs/performance.md. The flags are those of build/bench.
source "$(dirname "$0")/lib.sh"

environment=$cache/bench-mlflow
requirements=build/bench/mlflow.txt

# install_mlflow  makes a Python environment with MLflow's server from PyPI.
install_mlflow() {
    local key log=$cache/bench-mlflow.log
    key="$(hash_of "$requirements") $(python3 -V)"
    if fresh bench-mlflow "$key" && [[ -x $environment/bin/mlflow ]]; then
        return
    fi
    say "Installing $(<"$requirements") for the comparison, which takes a few minutes."
    rm -rf "$environment"
    {
        python3 -m venv "$environment" &&
            "$environment/bin/python" -m pip install --disable-pip-version-check -r "$requirements"
    } >"$log" 2>&1 </dev/null || {
        tail -n 30 "$log" >&2
        fail "MLflow could not be installed; all of the output is in $log"
    }
    stamp bench-mlflow "$key"
}

install_mlflow
go build -o "$tools/bench" ./build/bench
"$tools/bench" -varve build/bin/varve -mlflow "$environment/bin/mlflow" -dir "$cache/bench" -page docs/performance.md "$@"

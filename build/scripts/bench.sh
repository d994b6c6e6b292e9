#!/usr/bin/env bash
# bench.sh [FLAG…]  measures Varve and MLflow's server side by side, prints a
# table, and writes docs/performance.md. The flags are those of build/bench.
source "$(dirname "$0")/lib.sh"

python_environment clients/mlflow-3
go build -o "$tools/bench" ./build/bench
"$tools/bench" -varve build/bin/varve -mlflow "$cache/clients/mlflow-3/bin/mlflow" -dir "$cache/bench" -page docs/performance.md "$@"
bash build/scripts/figures.sh

#!/usr/bin/env bash
# bench-data.sh [FLAG…]  measures keeping and restoring data with Varve, DVC, and restic
# and git-lfs where they are installed, and writes docs/performance-data.md. The flags
# are those of build/databench.
source "$(dirname "$0")/lib.sh"

python_environment databench/dvc
for program in restic git-lfs; do
    have "$program" || say "$program is not here: apt-get install $program"
done
go build -o "$tools/databench" ./build/databench
"$tools/databench" -varve build/bin/varve -dvc "$cache/databench/dvc/bin/dvc" -dir "$cache/databench/run" -page docs/performance-data.md "$@"

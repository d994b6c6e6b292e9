#!/usr/bin/env bash
# growth.sh [SIZES]  measures Varve with records of several sizes and writes
# docs/growth.md. SIZES is a list such as 1000,10000; a million takes minutes.
source "$(dirname "$0")/lib.sh"

go build -o "$tools/bench" ./build/bench
go build -o "$tools/fill" ./build/bench/fill
"$tools/bench" -varve build/bin/varve -fill "$tools/fill" -dir "$cache/bench" -page docs/growth.md -sizes "${1:-1000,10000,100000}"

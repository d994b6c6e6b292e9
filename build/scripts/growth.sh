#!/usr/bin/env bash
# growth.sh [SIZES [LENGTHS]]  measures Varve with records of several sizes, and
# with metrics of several lengths, and writes docs/growth.md. SIZES is a list of
# numbers of runs such as 1000,10000, and LENGTHS one of points. A million runs,
# or a hundred million points, take minutes.
source "$(dirname "$0")/lib.sh"

go build -o "$tools/bench" ./build/bench
go build -o "$tools/fill" ./build/bench/fill
"$tools/bench" -varve build/bin/varve -fill "$tools/fill" -dir "$cache/bench" -page docs/growth.md \
  -sizes "${1:-1000,10000,100000}" -lengths "${2:-1000,10000,100000,1000000,10000000}"

#!/usr/bin/env bash
# reliability.sh [FLAG…]  hurts the built programs in every way of
# build/reliability, prints what came of it, and writes docs/reliability.md.
# LONG=1 asks for the long form. The flags are those of build/reliability.
source "$(dirname "$0")/lib.sh"

[[ ! ${LONG:-} ]] || set -- -long "$@"
go build -o "$tools/reliability" ./build/reliability
go test -c -o "$tools/model.test" ./build/reliability/model
"$tools/reliability" -varve build/bin/varve -model "$tools/model.test" -dir "$cache/reliability" -page docs/reliability.md "$@"

#!/usr/bin/env bash
# endurance.sh  drives the real window through an hour's worth of pages in some
# minutes, and prints what its processes hold.
source "$(dirname "$0")/lib.sh"

unset DISPLAY WAYLAND_DISPLAY
VARVE_ENDURANCE=hour go test -tags window -v -count 1 -timeout 60m -run '^TestVarveStaysSmall$' ./build/windowtest

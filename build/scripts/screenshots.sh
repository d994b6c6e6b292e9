#!/usr/bin/env bash
# screenshots.sh  takes the pictures in docs/screens/ from the real window on the
# demo's workspace, light and dark. It needs no screen.
source "$(dirname "$0")/lib.sh"
unset DISPLAY WAYLAND_DISPLAY

export VARVE_DEMO=${VARVE_DEMO:-$PWD/build/demo/lake-lab}
bash build/scripts/demo.sh
# A run with curves, beside the nine of the demo.
varve=$PWD/build/bin/varve
export VARVE_WORKSPACE=$VARVE_DEMO
"$varve" runs list --experiment-name wine/boosting >/dev/null 2>&1 ||
    "$varve" run examples/wine -e boosting --experiment-name wine/boosting --run-name "boosting, depth 3"
VARVE_SCREENS=$PWD/docs/screens VARVE_EXAMPLE=$PWD/examples/wine go test -tags window,screenshots -count 1 -run '^TestScreens$' ./build/windowtest
ls docs/screens

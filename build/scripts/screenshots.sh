#!/usr/bin/env bash
# screenshots.sh  takes the pictures in docs/screens/ from the real window: every
# screen on the demo's workspace, the states on one that is made for them; light
# and dark, at 1280×800 and 1024×700. It needs no screen. VARVE_SHOTS may name
# those that are wanted, with commas.
source "$(dirname "$0")/lib.sh"
unset DISPLAY WAYLAND_DISPLAY

export VARVE_DEMO=${VARVE_DEMO:-$PWD/build/demo/lake-lab}
bash build/scripts/demo.sh
# Runs with curves, beside the nine of the demo.
varve=$PWD/build/bin/varve
export VARVE_WORKSPACE=$VARVE_DEMO
for depth in 2 3 4; do
    name="boosting, depth $depth"
    [[ -n $("$varve" runs list --experiment-name wine/boosting --filter "attributes.run_name = '$name'" 2>/dev/null) ]] ||
        "$varve" run examples/wine -e boosting -P "max_depth=$depth" --experiment-name wine/boosting --run-name "$name" | tail -n 1
done
# A registered model whose versions came to their stages one after the other.
"$varve" models show wine-quality >/dev/null 2>&1 || {
    for run in "alpha 0.9, l1 0.9" "alpha 0.5, l1 0.5" "alpha 0.1, l1 0.1"; do
        "$varve" models register "$run/model" wine-quality -m "Elastic net, $run"
        "$varve" models promote wine-quality/latest --alias champion -m "lower rmse on the test set"
    done
    "$varve" models register "boosting, depth 4/model" wine-quality -m "Boosted trees instead of an elastic net"
    "$varve" models promote wine-quality/latest --stage Staging
    "$varve" models describe wine-quality "Grade of a *vinho verde* from eleven measurements of its chemistry, 3 to 8."
}

# What was taken last time and is not taken any more, goes.
[[ -n ${VARVE_SHOTS:-} ]] || rm -f docs/screens/*.png
VARVE_SCREENS=$PWD/docs/screens VARVE_EXAMPLE=$PWD/examples/wine \
    VARVE_STATES=$PWD/build/demo/ice-cores VARVE_FIRST_DAY=$PWD/build/demo/first-day \
    go test -tags window,screenshots -count 1 -timeout 20m -run '^TestScreen' ./build/windowtest
find docs/screens -name '*.png' | wc -l

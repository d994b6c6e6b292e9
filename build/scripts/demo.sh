#!/usr/bin/env bash
# demo.sh  makes a workspace with nine runs on the wine data and shows it: in
# the window, or without a screen as a table and an address. What is there
# already is not made again.
source "$(dirname "$0")/lib.sh"

export VARVE_WORKSPACE=${VARVE_DEMO:-$PWD/build/demo/lake-lab}
varve=$PWD/build/bin/varve
project=$PWD/examples/wine
mkdir -p "$(dirname "$VARVE_WORKSPACE")"

"$varve" data add wine-quality "$project/data/wine-quality.csv" -m "UCI Wine Quality, white"

# trained ALPHA L1_RATIO  tells whether the demo holds a finished run of these.
trained() {
    [[ -n $("$varve" runs list --experiment-name wine/elastic-net 2>/dev/null \
        --filter "attributes.status = 'FINISHED' and params.alpha = '$1' and params.l1_ratio = '$2'") ]]
}

train() {
    local log
    log=$(mktemp)
    "$varve" run "$project" -P "alpha=$1" -P "l1_ratio=$2" --experiment-name wine/elastic-net \
        --run-name "alpha $1, l1 $2" >"$log" 2>&1 || {
        tail -n 25 "$log" >&2
        rm -f "$log"
        fail "training with alpha $1 and l1_ratio $2 failed"
    }
    tail -n 1 "$log"
    rm -f "$log"
}

first=yes
for alpha in 0.1 0.5 0.9; do
    for l1_ratio in 0.1 0.5 0.9; do
        ! trained "$alpha" "$l1_ratio" || continue
        if [[ $first == yes ]]; then
            say "Training nine models; the first one makes the Python environment, which takes a minute or two"
            first=no
        fi
        train "$alpha" "$l1_ratio"
    done
done

if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    exec "$varve"
fi
say
"$varve" runs list --experiment-name wine/elastic-net
say
say "There is no screen here. The same pages for a browser (the link works once, for a quarter of an hour):"
"$varve" open --print

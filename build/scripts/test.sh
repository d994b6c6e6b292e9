#!/usr/bin/env bash
# test.sh [PART…]  runs all checks and tests, or only some parts of them:
# static, go, race, clients, processes, frontend, browser, window.
source "$(dirname "$0")/lib.sh"
source build/scripts/phases.sh
source build/scripts/static.sh

parts=("$@")
((${#parts[@]} > 0)) || parts=(static go race clients processes frontend browser window)

# No test asks for a screen that happens to be there; window tests bring theirs.
unset DISPLAY WAYLAND_DISPLAY

go build -o "$tools/gotests" ./build/tools/gotests

go_tests() { gotests "$counts" -timeout 10m ./...; }

# The packages whose tests run with the race detector, a line each. It makes
# them several times slower, so that the list names those where it can find
# something.
race_tests() {
    local packages
    mapfile -t packages < <(sed 's/[[:space:]]*#.*//; /^$/d' build/race-packages.txt)
    gotests "$counts" -race -short -timeout 15m "${packages[@]}"
}

# npm_tests SCRIPT…  runs an npm script and takes the counts from its closing
# lines: "Tests  3 failed | 12 passed (15)" of vitest, "12 passed (3s)" and
# "1 failed" of Playwright. Flaky ones, which failed once and passed then, are named.
npm_tests() {
    local log=$cache/npm.log status=0
    (cd frontend && "$@") >"$log" 2>&1 || status=$?
    if ((status == 0)); then sed -n '/^ *[0-9][0-9]* flaky/,/^ *[0-9][0-9]* passed/p' "$log"; else cat "$log"; fi
    awk '
        { gsub(/\033\[[0-9;]*m/, "") }
        /^ *Tests +/ || /^ +[0-9]+ (passed|failed|skipped|flaky)/ {
            for (i = 2; i <= NF; i++) {
                if ($i ~ /^(passed|flaky)/) p += $(i - 1)
                if ($i ~ /^failed/) f += $(i - 1)
                if ($i ~ /^skipped/) s += $(i - 1)
            }
        }
        END { print p + 0, f + 0, s + 0 }' "$log" >>"$counts"
    return "$status"
}

has_script() { [[ $(cd frontend && npm pkg get "scripts.$1") != "{}" ]]; }

for part in "${parts[@]}"; do
    case $part in
    static) static_phases ;;
    go) suite "Go tests" go_tests ;;
    race) suite "Go tests with the race detector" race_tests ;;
    clients) suite "MLflow's own clients, and validators of packages" gotests "$counts" -tags clients -count 1 -timeout 15m -run 'TestClients|TestSessionLive|TestValidators' ./app/mlflow ./build/clients ./build/validators ./storage/mlruns ./storage/tables ;;
    processes) suite "the programs, as people use them" gotests "$counts" -tags e2e -count 1 -timeout 15m ./build/e2etest/... ./build/reliability/... ;;
    frontend) ! has_frontend || suite "frontend tests" npm_tests npm run --silent test ;;
    browser) ! has_frontend || ! has_script e2e || suite "pages in a browser" npm_tests npm run --silent e2e ;;
    window) suite "the window" gotests -again "$counts" -tags window -count 1 -timeout 15m ./build/windowtest/... ;;
    *) fail "there is no part $part" ;;
    esac
done
summary

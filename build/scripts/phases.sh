# shellcheck shell=bash
# Sourced: runs checks one after the other, says how long each took, goes on
# after a failure, and ends with one line that counts. After lib.sh.
# shellcheck disable=SC2154  # cache and window_tags are of lib.sh

counts=$cache/counts
: >"$counts"
declare -a failed_phases=()
began=$SECONDS

# phase NAME COMMAND…  runs a check. Its output is shown if it fails; it counts
# as one.
phase() {
    local name=$1 from=$EPOCHREALTIME log=$cache/phase.log
    shift
    attempt "$@" >"$log" 2>&1
    if ((status == 0)); then
        printf 'ok    %-42s %7.1f s\n' "$name" "$(since "$from")"
        echo "1 0 0" >>"$counts"
    else
        cat "$log"
        printf 'FAIL  %-42s %7.1f s\n' "$name" "$(since "$from")"
        echo "0 1 0" >>"$counts"
        failed_phases+=("$name")
    fi
}

# suite NAME COMMAND…  runs tests that add their own counts to $counts and print
# as they go. One that fails without a count, counts as one.
suite() {
    local name=$1 from=$EPOCHREALTIME before
    shift
    before=$(sum 2)
    printf '      %s\n' "$name"
    attempt "$@"
    if ((status == 0)); then
        printf 'ok    %-42s %7.1f s\n' "$name" "$(since "$from")"
    else
        printf 'FAIL  %-42s %7.1f s\n' "$name" "$(since "$from")"
        [[ $(sum 2) != "$before" ]] || echo "0 1 0" >>"$counts"
        failed_phases+=("$name")
    fi
}

# attempt COMMAND…  runs a command, the first failure in it ends it, and leaves
# its exit code in status. (Inside the condition of an `if`, bash would go on
# after a failure.)
attempt() {
    set +e
    (
        set -e
        "$@"
    ) </dev/null
    status=$?
    set -e
}

since() { awk "BEGIN {print $EPOCHREALTIME - $1}"; }

# sum N  adds up a column of the counts: 1 passed, 2 failed, 3 skipped.
sum() { awk -v n="$1" '{s += $n} END {print s + 0}' "$counts"; }

# summary  prints the closing line and returns 1 if anything failed.
summary() {
    local passed failed skipped line
    passed=$(sum 1) failed=$(sum 2) skipped=$(sum 3)
    printf '\nin %d min %d s\n' $(((SECONDS - began) / 60)) $(((SECONDS - began) % 60))
    ((${#failed_phases[@]} == 0)) || printf 'failed: %s\n' "${failed_phases[@]}"
    line="$passed passed, $failed failed"
    ((skipped == 0)) || line+=", $skipped skipped"
    printf '%s\n' "$line" | tee "$cache/summary"
    ((failed == 0 && ${#failed_phases[@]} == 0))
}

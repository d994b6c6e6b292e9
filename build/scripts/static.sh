# shellcheck shell=bash
# Sourced: the checks that read the sources and run nothing. After lib.sh.
# shellcheck disable=SC2154  # window_tags is of lib.sh

check_format() {
    local unformatted
    unformatted=$(git ls-files -z --cached --others --exclude-standard -- '*.go' |
        while IFS= read -r -d '' file; do
            [[ ! -f $file ]] || printf '%s\0' "$file" # a removed file is listed until it is committed
        done | xargs -0 -r gofmt -l)
    [[ -z $unformatted ]] || fail "gofmt would change:"$'\n'"$unformatted"
}

check_vet() {
    go vet ./...
    go vet -trimpath -tags "$window_tags,window" . ./app/window ./build/windowtest/...
    go vet -tags bindings .
    go vet -tags e2e ./build/e2etest/... ./build/reliability/...
    go vet -tags clients ./app/mlflow ./build/clients ./build/validators ./storage/mlruns ./storage/tables
}

check_staticcheck() {
    staticcheck ./...
    staticcheck -tags "$window_tags,window" . ./app/window ./build/windowtest/...
    staticcheck -tags e2e ./build/e2etest/... ./build/reliability/...
    staticcheck -tags clients ./app/mlflow ./build/clients ./build/validators ./storage/mlruns ./storage/tables
}

# check_compiles GOOS/GOARCH  type-checks everything without cgo, tests included.
check_compiles() {
    local -x GOOS=${1%/*} GOARCH=${1#*/} CGO_ENABLED=0
    go vet ./...
    # The window needs no cgo on Windows.
    [[ $GOOS != windows ]] || go vet -tags desktop,production . ./app/window
}

check_scripts() {
    local script
    for script in build/scripts/*.sh build/clients/shell/*.sh .ci/run; do
        bash -n "$script"
    done
    ! have shellcheck || shellcheck -x -P SCRIPTDIR build/scripts/*.sh build/clients/shell/*.sh .ci/run
}

check_licences() { go run ./build/tools/licences; }

# check_frontend  has types and style checked at once: each needs one core. Both
# are heard to their end.
check_frontend() {
    local types=0 style=0
    (cd frontend && npm run --silent check) &
    (cd frontend && npm run --silent lint) || style=$?
    wait $! || types=$?
    ((types == 0 && style == 0))
}

static_phases() {
    phase "gofmt" check_format
    phase "go vet" check_vet
    phase "staticcheck" check_staticcheck
    for platform in windows/amd64 darwin/arm64 linux/arm64; do
        phase "compiles for $platform" check_compiles "$platform"
    done
    phase "shell scripts" check_scripts
    phase "licences" check_licences
    if has_frontend; then
        phase "frontend: types and lint" check_frontend
    fi
}

#!/usr/bin/env bash
# setup.sh build|all  installs what building (or also testing) needs. It may be
# run again at any time and is quick when everything is there.
source "$(dirname "$0")/lib.sh"

level=${1:-all}
staticcheck_version=v0.8.2

# For the window; python3-venv only where the installed Python cannot make
# environments by itself.
packages=(pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev)
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv)
if [[ $level == all ]]; then
    packages+=(
        xvfb openbox xdotool x11-utils dbus-x11 imagemagick # a screen without a screen
        webkit2gtk-driver python3-gi gir1.2-gtk-3.0         # to drive the window, and to drag files onto it
        chromium fonts-dejavu-core                          # the pages in a browser
        strace                                              # what a process really asks of the system
        shellcheck                                          # the scripts beside this one
        curl                                                # what any program can ask Varve
    )
    # From wherever they come.
    have g++ || packages+=(g++)
    have javac || packages+=(default-jdk-headless)
    have mvn || packages+=(maven)
    have Rscript || packages+=(r-base-core)
fi

need_programs() {
    local missing=()
    for program in go node npm gcc git python3; do
        have "$program" || missing+=("$program")
    done
    ((${#missing[@]} == 0)) || fail "Please install first: ${missing[*]} (Go 1.26, Node 20, Python 3.11, gcc, git)"
}

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
    done
}

system_packages() {
    if ! have dpkg-query; then
        pkg-config --exists gtk+-3.0 webkit2gtk-4.1 2>/dev/null ||
            say "This is not a Debian system. The window needs GTK 3 and WebKitGTK 4.1 with their headers; the tests need what Debian calls: ${packages[*]}"
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} > 0)) || return 0
    local install=(apt-get install -y --no-install-recommends "${missing[@]}")
    [[ $(id -u) == 0 ]] || fail "Please run once:  sudo ${install[*]}"
    say "Installing: ${missing[*]}"
    local log=$cache/apt.log
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update && "${install[@]}"; } >"$log" 2>&1 </dev/null || {
        tail -n 30 "$log" >&2
        fail "The packages could not be installed; all of the output is in $log"
    }
}

go_modules() {
    local key
    key=$(hash_of go.mod go.sum)
    fresh go-modules "$key" && return
    say "Fetching Go modules"
    # Only what is really used, tests and window included, instead of all that
    # go.mod's graph names.
    go list -e -deps -test -tags "$window_tags,window" ./... >/dev/null
    go list -e -deps -tags desktop,production ./... >/dev/null
    GOOS=windows go list -e -deps -test -tags desktop,production ./... >/dev/null
    GOOS=darwin go list -e -deps -test ./... >/dev/null
    stamp go-modules "$key"
}

go_tools() {
    fresh staticcheck "$staticcheck_version" && [[ -x $tools/staticcheck ]] && return
    say "Building staticcheck $staticcheck_version"
    GOBIN=$tools go install "honnef.co/go/tools/cmd/staticcheck@$staticcheck_version"
    stamp staticcheck "$staticcheck_version"
}

node_modules() {
    has_frontend || return 0
    local key mark=frontend/node_modules/.varve-setup
    key=$(hash_of frontend/package-lock.json)
    [[ -f $mark && $(<"$mark") == "$key" ]] && return
    say "Fetching npm packages"
    # The browser is Debian's; none is downloaded.
    (cd frontend && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error </dev/null)
    printf '%s\n' "$key" >"$mark"
}

need_programs
system_packages
go_modules
go_tools
node_modules
if [[ $level == all ]]; then
    java_client & # it mostly waits
    java=$!
    python_environment clients/mlflow-2
    python_environment clients/mlflow-3
    python_environment validators/validators
    wait "$java"
fi

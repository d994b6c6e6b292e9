# shellcheck shell=bash
# Sourced by the scripts beside it: strict mode, the root of the project as the
# current folder, and a few words.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cache=$PWD/build/cache
tools=$cache/bin
# shellcheck disable=SC2034  # used by the scripts that source this
window_tags=desktop,production,webkit2_41
[[ -t 1 ]] || export NO_COLOR=1
mkdir -p "$cache" "$tools"
export PATH=$tools:$PATH

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# hash_of FILE…  one hash over the names and contents of files.
hash_of() { sha256sum "$@" | sha256sum | cut -c1-32; }

# fresh STAMP HASH  tells whether a step was done for these inputs already.
fresh() { [[ -f $cache/$1.stamp && $(<"$cache/$1.stamp") == "$2" ]]; }
stamp() { printf '%s\n' "$2" >"$cache/$1.stamp"; }

# python_environment FOLDER/NAME  makes the Python environment
# build/cache/FOLDER/NAME with the packages of build/FOLDER/NAME.txt, from PyPI.
python_environment() {
    local name=${1##*/} environment=$cache/$1 requirements=build/$1.txt log=$cache/${1##*/}.log key
    key="$(hash_of "$requirements") $(python3 -V)"
    if fresh "$name" "$key" && [[ -x $environment/bin/python ]]; then
        return
    fi
    say "Installing $(head -n 1 "$requirements") and what it needs; a few minutes"
    {
        python3 -m venv --clear "$environment" &&
            "$environment/bin/python" -m pip install --disable-pip-version-check -r "$requirements"
    } >"$log" 2>&1 </dev/null || {
        tail -n 30 "$log" >&2
        fail "$name could not be installed; all of the output is in $log"
    }
    stamp "$name" "$key"
}

# java_client  puts the client of build/clients/java/pom.xml, from Maven, into
# build/cache/clients/java.
java_client() {
    local target=$cache/clients/java pom=build/clients/java/pom.xml log=$cache/java.log key
    key=$(hash_of "$pom")
    if fresh java "$key" && [[ -d $target ]]; then
        return
    fi
    say "Fetching MLflow's client for Java"
    rm -rf "$target"
    mvn --batch-mode --file "$pom" "-Dmaven.repo.local=$cache/maven" \
        dependency:copy-dependencies "-DoutputDirectory=$target" >"$log" 2>&1 </dev/null || {
        tail -n 30 "$log" >&2
        fail "MLflow's client for Java could not be fetched; all of the output is in $log"
    }
    stamp java "$key"
}

has_frontend() { [[ -f frontend/package-lock.json ]]; }

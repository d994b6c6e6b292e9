#!/usr/bin/env bash
# build.sh  builds the pages, the agents, and the two programs into build/bin/.
source "$(dirname "$0")/lib.sh"

# "0.1.0-dev+1a2b3c4", from build/version and the commit.
version=$(sed -n 's/^var Version = "\(.*\)"$/\1/p' build/version/version.go)
version+=$(git describe --always --dirty=.dirty --abbrev=8 --match= 2>/dev/null | sed 's/^/+/' || true)
ldflags="-s -w -X dev.varve/build/version.Version=$version"
flags=(-trimpath -buildvcs=false -ldflags "$ldflags")
goos=$(go env GOOS)
goarch=$(go env GOARCH)
exe=$(go env GOEXE)
mkdir -p build/bin

# build_agents  for this machine, and for the Linux machines that runs are sent to.
build_agents() {
    local platform program packed=()
    for platform in $(printf '%s\n' "$goos-$goarch" linux-amd64 linux-arm64 | sort -u); do
        program=$cache/agents/$platform
        CGO_ENABLED=0 GOOS=${platform%-*} GOARCH=${platform#*-} \
            go build "${flags[@]}" -o "$program" ./app/cmd/varve-agent
        packed+=("$platform=$program")
    done
    go run ./build/tools/packagent app/agentbin/agents "${packed[@]}"
}

build_window() {
    case $goos in
    linux) go build -tags "$window_tags" "${flags[@]}" -o "build/bin/varve-window" . ;;
    windows) go build -tags desktop,production -trimpath -ldflags "$ldflags -H windowsgui" -o "build/bin/varve-window.exe" . ;;
    *) go build -tags desktop,production "${flags[@]}" -o "build/bin/varve-window" . ;;
    esac
}

bash build/scripts/pages.sh
[[ ! -d app/cmd/varve-agent ]] || build_agents
[[ ! -d app/cmd/varve ]] || CGO_ENABLED=0 go build "${flags[@]}" -o "build/bin/varve$exe" ./app/cmd/varve
build_window

for program in build/bin/*; do
    printf '%-28s %6.1f MiB\n' "$program" "$(awk "BEGIN {print $(wc -c <"$program") / 1048576}")"
done

#!/usr/bin/env bash
# clean.sh  removes what was built, and the caches in build/. Workspaces and
# what lies outside this folder stay.
source "$(dirname "$0")/lib.sh"

rm -rf build/bin build/cache frontend/dist test-results frontend/test-results
find app/agentbin/agents app/webui/files -mindepth 1 -maxdepth 1 ! -name README -exec rm -rf {} +

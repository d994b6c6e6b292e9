#!/usr/bin/env bash
# lint.sh  the checks that read the sources and run nothing.
source "$(dirname "$0")/lib.sh"
source build/scripts/phases.sh
source build/scripts/static.sh

static_phases
summary

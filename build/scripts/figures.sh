#!/usr/bin/env bash
# figures.sh  measures the pages in Chromium: against an owner with 10,000 runs,
# then the table of 100,000 runs and 200 columns, and prints two tables. It takes
# ten minutes; other work on the machine spoils it.
source "$(dirname "$0")/lib.sh"

cd frontend
npx --no-install playwright test --config tests/figures/playwright.config.ts

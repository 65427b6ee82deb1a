#!/usr/bin/env bash
# Runs the tests of tasks and loops again and again while all cores are busy, until one fails.
# Usage: eng/soak.sh [ROUNDS]     default: 50
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-50}
if ! [[ $rounds =~ ^[1-9][0-9]*$ ]]; then
    echo "usage: eng/soak.sh [ROUNDS]: ROUNDS is a number from 1, not '$rounds'" >&2
    exit 2
fi

log=$(mktemp)
workers=()
running=
finish() {
    trap - EXIT
    for child in $running "${workers[@]}"; do
        kill "$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    done
    rm -f "$log"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# One busy worker a core; it also ends when this script is killed.
work() {
    trap - EXIT INT TERM HUP
    while kill -0 "$1" 2>/dev/null; do
        for ((i = 0; i < 100000; i++)); do :; done
    done
}

# In the background, so that a signal is heard while it runs.
run() {
    local code=0
    "$@" >"$log" 2>&1 &
    running=$!
    wait "$running" || code=$?
    running=
    return "$code"
}

fail() {
    cat "$log"
    echo "$1"
    exit 1
}

for project in tests/Unit tests/Cluster; do
    run dotnet build --configuration Release "$project" || fail "$project does not build"
done
cores=$(getconf _NPROCESSORS_ONLN)
for ((core = 0; core < cores; core++)); do
    work $$ &
    workers+=($!)
done

for ((round = 1; round <= rounds; round++)); do
    started=$SECONDS
    run timeout --kill-after=10 1200 artifacts/bin/Unit/release/OrleansAsync.Tests.Unit \
        --filter-namespace OrleansAsync.Tests.Unit.Execution OrleansAsync.Tests.Unit.Tasks || fail "round $round of $rounds failed in tests/Unit"
    run timeout --kill-after=10 1200 artifacts/bin/Cluster/release/OrleansAsync.Tests.Cluster \
        --filter-namespace OrleansAsync.Tests.Cluster.Execution OrleansAsync.Tests.Cluster.Tasks || fail "round $round of $rounds failed in tests/Cluster"
    echo "round $round of $rounds passed in $((SECONDS - started)) s"
done
echo "$rounds rounds, 0 failures"

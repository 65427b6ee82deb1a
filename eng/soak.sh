#!/usr/bin/env bash
# Long tests, which CI does not run.
# eng/soak.sh [ROUNDS]         the tests of tasks, loops, locks and queues again and again, both projects at once and while all cores are busy, until one
#                              fails; default: 50
# eng/soak.sh crawl [PAGES]    a crawl of a generated site: memory and time per page must not grow; default: 1000000
set -euo pipefail
cd "$(dirname "$0")/.."

# number NAME VALUE
number() {
    [[ $2 =~ ^[1-9][0-9]*$ ]] && return
    echo "usage: eng/soak.sh [ROUNDS] or eng/soak.sh crawl [PAGES]: $1 is a number from 1, not '$2'" >&2
    exit 2
}

if [ "${1:-}" = crawl ]; then
    pages=${2:-1000000}
    number PAGES "$pages"
    dotnet build --configuration Release tests/EndToEnd
    ORLEANSASYNC_LARGE_SITE=$pages exec artifacts/bin/EndToEnd/release/OrleansAsync.Tests.EndToEnd --filter-class '*.LargeSiteTests' --show-live-output on
fi

rounds=${1:-50}
number ROUNDS "$rounds"

logs=$(mktemp -d)
workers=()
running=()
finish() {
    trap - EXIT
    for child in "${running[@]}" "${workers[@]}"; do
        kill "$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    done
    rm -rf "$logs"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# One busy worker a core, which leaves no core idle but gives way to the tests; it also ends when this script is killed.
work() {
    trap - EXIT INT TERM HUP
    renice -n 10 -p "$BASHPID" >/dev/null
    while kill -0 "$1" 2>/dev/null; do
        for ((i = 0; i < 100000; i++)); do :; done
    done
}

# In the background, so that a signal is heard while it runs.
start() {
    "${@:2}" >"$logs/$1" 2>&1 &
    running+=($!)
}

# Waits for all that was started; shows what failed, and ends.
finished() {
    local failed=()
    local i=0
    for project in "$@"; do
        wait "${running[$i]}" || failed+=("$project")
        i=$((i + 1))
    done
    running=()
    [ ${#failed[@]} -eq 0 ] && return
    for project in "${failed[@]}"; do cat "$logs/$project"; done
    echo "$what in ${failed[*]}"
    exit 1
}

projects=(Unit Cluster)
for project in "${projects[@]}"; do
    what="the build failed"
    start "$project" dotnet build --configuration Release "tests/$project"
    finished "$project"
done
cores=$(getconf _NPROCESSORS_ONLN)
# Most tests wait most of the time: this many side by side leave no core idle.
threads=$((4 * cores))
for ((core = 0; core < cores; core++)); do
    work $$ &
    workers+=($!)
done

for ((round = 1; round <= rounds; round++)); do
    started=$SECONDS
    what="round $round of $rounds failed"
    for project in "${projects[@]}"; do
        start "$project" timeout --kill-after=10 1200 "artifacts/bin/$project/release/OrleansAsync.Tests.$project" \
            --filter-namespace "OrleansAsync.Tests.$project."{Execution,Tasks,Coordination,Queues} --max-threads "$threads"
    done
    finished "${projects[@]}"
    echo "round $round of $rounds passed in $((SECONDS - started)) s"
done
echo "$rounds rounds, 0 failures"

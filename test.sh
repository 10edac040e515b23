#!/usr/bin/env bash
# Builds once, then runs every test: ./test.sh [a test project's own arguments, e.g. --filter-class '*Tutorial*']
# The last line is "N passed, N failed"; the exit code is 0 only when nothing failed and something passed.
set -uo pipefail
cd "$(dirname "$0")"
. scripts/common.sh
. scripts/test-report.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
export GANTRY_TEST_CACHE=${GANTRY_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gantry-tests}

need_dotnet
need_packages docker.io docker-compose podman runc crun skopeo docker-registry busybox-static debootstrap tini strace hyperfine iperf3 \
  libseccomp2 procps iproute2 util-linux bsdutils xz-utils jq bind9-dnsutils nftables iputils-ping libcap2-bin git bzip2 python3-docker uidmap
[ "$(uname -m)" != x86_64 ] || need_packages qemu-system-x86 xfsprogs
if [ "$(id -u)" -eq 0 ]; then export GANTRY_TEST_ROOT=${GANTRY_TEST_ROOT:-1}; fi

patience=50m # for each test program: three times what it takes
total_passed=0 total_failed=0 total_skipped=0 broken=0 alone=()
rm -f out/test-results/failures
step() { # NAME COMMAND…: a step that must succeed before tests make sense
  local name=$1; shift
  if ! "$@"; then
    printf 'error: %s failed\n' "$name" >&2
    printf '0 passed, 1 failed\n'
    exit 1
  fi
}

count() { sed -n "s/^ *$1: *\([0-9][0-9]*\)$/\1/p" "$2" | tail -1; } # WHAT LOG

start_tests() { # PROJECT LOG ARGUMENTS…
  local project=$1 log=$2; shift 2
  mkdir -p out/test-results
  # What hangs is named after two minutes, fails by its own limit, and at the latest ends here.
  timeout --foreground --signal=KILL "$patience" "out/artifacts/bin/$project/release/$project" \
    --progress off --no-ansi --long-running 120 --xunit-diagnostics on "$@" 2>&1 </dev/null | tee "$log"
  return "${PIPESTATUS[0]}"
}

run_tests() { # PROJECT ARGUMENTS…
  local project=$1; shift
  local log=out/test-results/$project.log
  say "testing $project"
  start_tests "$project" "$log" "$@"
  local status=$?
  # Microsoft.Testing.Platform's exit codes: 0 all passed, 2 failures, 8 no test ran.
  [ "$status" -eq 0 ] || [ "$status" -eq 2 ] || { [ "$status" -eq 8 ] && [ $# -gt 0 ]; } || broken=1
  local passed failed skipped
  passed=$(count succeeded "$log"); failed=$(count failed "$log"); skipped=$(count skipped "$log")
  [ -n "$passed" ] || { [ $# -gt 0 ] || broken=1; }
  [ "$status" -ne 2 ] || [ "${failed:-0}" -gt 0 ] || broken=1
  if [ "${failed:-0}" -gt 0 ] && try_alone "$project" "$log"; then
    passed=$((passed + failed)) failed=0
  fi
  total_passed=$((total_passed + ${passed:-0}))
  total_failed=$((total_failed + ${failed:-0}))
  total_skipped=$((total_skipped + ${skipped:-0}))
}

# Up to three tests that failed beside all others run once more with the machine to themselves, and what they said is shown
# either way: they may have found a race or only a busy machine.
try_alone() { # PROJECT LOG
  local project=$1 again=out/test-results/$1.again.log methods method arguments=()
  methods=$(failed_methods "$2")
  show_failures "$2" >>out/test-results/failures
  [ -n "$methods" ] && [ "$(wc -l <<<"$methods")" -le 3 ] || return 1
  for method in $methods; do arguments+=(--filter-method "$method"); done
  say "trying what failed in $project alone"
  start_tests "$project" "$again" "${arguments[@]}" || { show_failures "$again" >>out/test-results/failures; return 1; }
  [ "$(count failed "$again")" = 0 ] && for method in $methods; do alone+=("$method"); done
}

step "the build" ./build.sh
say "building the tests"
step "the tests' build" dotnet build Gantry.slnx -c Release -v quiet --nologo
if [ "$(id -u)" -eq 0 ]; then
  say "making the test images (once)"
  step "making the test images" scripts/test-images.sh "$GANTRY_TEST_CACHE"
  scripts/test-kernel.sh "$GANTRY_TEST_CACHE" || say "no kernel could be fetched: the tests that boot one are skipped"
  scripts/test-clients.sh "$GANTRY_TEST_CACHE" || say "some clients of others could not be had: their tests are skipped"
fi
run_tests Gantry.Tests "$@"
run_tests Gantry.SystemTests "$@"

[ "$total_skipped" -eq 0 ] || say "$total_skipped skipped, each with its reason above"
if [ -s out/test-results/failures ]; then
  say "what failed"
  cat out/test-results/failures
fi
for method in ${alone[@]+"${alone[@]}"}; do say "failed beside the others, passed alone: $method"; done
if [ "$broken" -ne 0 ] && [ "$total_failed" -eq 0 ]; then
  printf 'error: a test program ended before its tests did\n' >&2
  total_failed=1
fi
printf '%d passed, %d failed\n' "$total_passed" "$total_failed"
[ "$total_failed" -eq 0 ] && [ "$total_passed" -gt 0 ]

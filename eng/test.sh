#!/usr/bin/env bash
# Runs every test: installs or finds the real programs that the tests talk to, builds, runs `dotnet test`, the samples and the
# site of the documents.
#
#   bash eng/test.sh                          everything
#   bash eng/test.sh --filter Category=Docker options are handed on to `dotnet test`; the samples and the site are then left out
#
# The last line is `N passed, N failed, N skipped`. A real program that can't be had makes its tests report themselves as
# skipped, with the reason; with CI=true it is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

# What the README promises a new user: each of these must end with 0. One line per command, as `dotnet run --project` takes it.
samples=(
  "samples/QuickStart"
  "samples/BuildTool"
  "samples/CiRunner"
  "samples/MsBuildTask"
)

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
ci="${CI:-}"
results="artifacts/test-results"
failures=()
compiler=()

say() { printf '== %s (%ss)\n' "$*" "$SECONDS"; }
fail() { failures+=("$1"); printf 'FAILED: %s\n' "$1" >&2; }
missing() { if [ "$ci" = true ]; then fail "$1"; else printf 'note: %s; its tests report themselves as skipped\n' "$1" >&2; fi; }

# The compiler that this run started, and no other.
end_compiler() {
  local ids
  ids="$(pgrep -f "VBCSCompiler.*registrycache-$$([^0-9]|$)" || true)"
  # shellcheck disable=SC2086 # the ids are words on purpose
  if [ -n "$ids" ]; then kill $ids; fi
}

say "real programs"
bash eng/components.sh || missing "a real program is missing"
dotnet tool restore >/dev/null || missing "PowerShell cannot be restored"
# One of the two Docker engines is enough; the script says which is missing.
if engines="$(bash eng/docker.sh)"; then export REGISTRYCACHE_DOCKER_ENGINE="${engines//$'\n'/:}"; else missing "there is no Docker engine"; fi

say "restore and build"
if [ "$ci" = true ]; then
  # Nodes that outlive the run would hold on to a build machine. One compiler serves all projects, and ends with the build.
  export MSBUILDDISABLENODEREUSE=1
  compiler=(-p:UseSharedCompilation=true "-p:SharedCompilationId=registrycache-$$")
  dotnet restore --locked-mode -v quiet
else
  dotnet restore -v quiet
fi
apart=()
temporary=
trap 'end_compiler; [ "${#apart[@]}" = 0 ] || kill "${apart[@]}" 2>/dev/null || true
  [ -z "$temporary" ] || rm -rf --one-file-system "$temporary"' EXIT
dotnet build --no-restore -v quiet -clp:NoSummary "${compiler[@]}"

rm -rf "$results"
mkdir -p "$results"

# The temporary files of the tests are in memory where there is room: on a disk, tests of folders take twice as long.
readonly room_kib=$((6 << 20))
if [ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')0" -ge "${room_kib}0" ] \
  && [ "$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)0" -ge "${room_kib}0" ]; then
  temporary="$(mktemp -d /dev/shm/rc.XXXXXX)"
  # Some tests become another user, as they could in /tmp.
  chmod 1777 "$temporary"
fi
run_tests() { TMPDIR="${temporary:-${TMPDIR:-/tmp}}" dotnet test --no-build --nologo --logger "trx;LogFilePrefix=tests" --results-directory "$results" "$@"; }

# Two projects mostly run other programs, and take longest, so they run beside all the others.
run_apart() {
  say "$1, in the background"
  run_tests "tests/$1" > "$results/$1.log" 2>&1 &
  apart+=($!)
}
[ $# -gt 0 ] || run_apart RegistryCache.Docker.Tests

# The tests take what users install: the packages, and the tool as native code, which also starts ten times faster than the one built
# above. Without them they pack for themselves, and run the one built above.
if [ $# -eq 0 ]; then
  say "packages and tool"
  rm -rf artifacts/tool
  # A version of its own, because NuGet takes one that it has seen from where it keeps it.
  if bash eng/pack.sh artifacts/packages -p:RunAnalyzers=false "-p:VersionSuffix=test.$(date +%s)" "${compiler[@]}" \
    && dotnet tool install RegistryCache.Cli --prerelease --tool-path artifacts/tool --source artifacts/packages; then
    export REGISTRYCACHE_PACKAGES="$PWD/artifacts/packages" REGISTRYCACHE_TOOL="$PWD/artifacts/tool/registry-cache"
  else
    missing "the packages can't be made, or the tool can't be installed from them"
  fi
fi
end_compiler

say "dotnet test"
if [ $# -gt 0 ]; then
  run_tests "$@" || fail "dotnet test"
else
  run_apart RegistryCache.Packed.Tests
  others="artifacts/others.slnf"
  projects="$(dotnet sln list | grep 'csproj$' | grep -vE '(Docker|Packed)\.Tests' | sed 's/.*/"&"/; s|[\\/]|\\\\|g' | paste -sd,)"
  printf '{"solution":{"path":"../RegistryCache.sln","projects":[%s]}}\n' "$projects" > "$others"
  run_tests "$others" || fail "dotnet test"
  for sample in "${samples[@]}"; do
    say "$sample"
    # shellcheck disable=SC2086 # a sample's line is words on purpose
    dotnet run --no-build --project $sample || fail "$sample"
  done
  say "the site of the documents"
  bash eng/docs.sh --no-build || fail "eng/docs.sh"
  say "the end of the tests in the background"
  for tests in "${apart[@]}"; do wait "$tests" || fail "tests in the background"; done
  apart=()
  cat "$results"/*.log
fi

# One Counters element per project. Skipped tests are in `total` only: `notExecuted` stays 0 in these files.
shopt -s nullglob
files=("$results"/*.trx)
passed=0 failed=0 skipped=0
for file in "${files[@]}"; do
  counters="$(grep -o '<Counters [^>]*>' "$file" | head -n 1)"
  number() { sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" <<< "$counters"; }
  total_here="$(number total)" passed_here="$(number passed)" executed_here="$(number executed)"
  passed=$((passed + passed_here))
  failed=$((failed + executed_here - passed_here))
  skipped=$((skipped + total_here - executed_here))
done
[ "${#files[@]}" -gt 0 ] || fail "no test project left a result"
if [ $((passed + failed)) = 0 ]; then fail "no test ran"; fi
if [ "$failed" -gt 0 ] && [ "${#failures[@]}" = 0 ]; then fail "$failed tests"; fi

if [ "$skipped" -gt 0 ]; then
  say "reasons of the skipped tests"
  awk 'BEGIN { RS = "<UnitTestResult " } /outcome="NotExecuted"/ && match($0, /<Message>[^<]*/) { print "  " substr($0, RSTART + 9, RLENGTH - 9) }' \
    "${files[@]}" | sort | uniq -c
fi
say "done"
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "${#failures[@]}" = 0 ]

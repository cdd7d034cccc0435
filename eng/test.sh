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
# Most programs of a run end before what was profiled in them could pay.
export DOTNET_TieredPGO=0
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
# What is tested is what is packed: the release build, with a version of its own, because NuGet takes one that it has seen from where it
# keeps it.
version=() native=()
if [ $# = 0 ]; then
  version=("-p:VersionSuffix=test.$(date +%s)")
  native=(-p:NativeCompilerLooks=true)
fi
dotnet build --no-restore -c Release -v quiet -clp:NoSummary "${version[@]}" "${native[@]}" "${compiler[@]}"

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
# A test that never ends must not keep the run from ending.
readonly longest_ms=$((20 * 60 * 1000))
run_tests() {
  local name="$1"; shift
  TMPDIR="${temporary:-${TMPDIR:-/tmp}}" dotnet test "$@" --nologo --logger "trx;LogFilePrefix=$name" --results-directory "$results" \
    -- RunConfiguration.TestSessionTimeout="$longest_ms" RunConfiguration.MaxCpuCount=2
}

# The compiled tests of the projects that `grep` chooses, the largest first. One console for many of them takes a tenth of the time of one for
# each.
choose() {
  local project output
  dotnet sln list | grep 'csproj$' | tr '\\' / | grep -E "$@" | while read -r project; do
    output="$(dirname "$project")/bin/Release/net10.0"
    [ ! -e "$output/NUnit3.TestAdapter.dll" ] || printf '%s\n' "$output/$(basename "$project" .csproj).dll"
  done | xargs ls -S
}

in_background() {
  local name="$1"; shift
  say "$name, in the background"
  "$@" > "$results/$name.log" 2>&1 &
  apart+=($!)
}

# The tests of the tool and of the packages take what users install: the packages, and the tool as native code, which also starts ten times
# faster than the one built above. Without them they pack for themselves, and run the one built above.
test_packed() {
  local failed=0
  rm -rf artifacts/tool
  # No test looks at the symbols of native code, which take a quarter of its compilation.
  if bash eng/pack.sh artifacts/packages --no-build -p:NativeDebugSymbols=false "${version[@]}" "${native[@]}" "${compiler[@]}" \
    && dotnet tool install RegistryCache.Cli --prerelease --tool-path artifacts/tool --source artifacts/packages; then
    export REGISTRYCACHE_PACKAGES="$PWD/artifacts/packages" REGISTRYCACHE_TOOL="$PWD/artifacts/tool/registry-cache"
  else
    missing "the packages can't be made, or the tool can't be installed from them"
    failed="${#failures[@]}"
  fi
  run_tests tool "${tool[@]}" || failed=1
  bash eng/docs.sh --no-build || failed=1
  return "$failed"
}

if [ $# -gt 0 ]; then
  say "dotnet test"
  run_tests tests --no-build -c Release "$@" || fail "dotnet test"
else
  # Some tests mostly wait for other programs, so three parts that run at the same time keep the processors busy.
  mapfile -t docker < <(choose 'Docker\.Tests')
  mapfile -t tool < <(choose '(Cli|Packed)\.Tests')
  mapfile -t others < <(choose -v '(Cli|Docker|Packed)\.Tests')
  in_background docker run_tests docker "${docker[@]}"
  in_background packages test_packed
  say "dotnet test"
  run_tests others "${others[@]}" || fail "dotnet test"
  for sample in "${samples[@]}"; do
    say "$sample"
    # shellcheck disable=SC2086 # a sample's line is words on purpose
    dotnet run --no-build -c Release --project $sample || fail "$sample"
  done
  say "the end of what runs in the background"
  for part in "${apart[@]}"; do wait "$part" || fail "what ran in the background"; done
  apart=()
  cat "$results"/*.log
fi
end_compiler

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

#!/usr/bin/env bash
# Packs what users install: every library, and the tool, once for all systems to choose from and once as native code of this machine.
#
#   bash eng/pack.sh               into artifacts/packages
#   bash eng/pack.sh DIRECTORY     into another directory, which is emptied first
#   bash eng/pack.sh DIRECTORY --no-build
#                                  takes the release build that was made before; only what becomes native code is compiled again
#
# Options of MSBuild follow. Native code needs a C linker, as the .NET SDK's documentation of Native AOT says.
set -euo pipefail
cd "$(dirname "$0")/.."

out="${1:-artifacts/packages}"
shift || true
built=()
unchecked=()
if [ "${1:-}" = --no-build ]; then
  shift
  built=(--no-build)
  unchecked=(-p:RunAnalyzers=false)
fi
system="$(dotnet --info | sed -nE 's/^ *RID: *//p')"

# One MSBuild for all of them takes a tenth of the time of one for each.
mkdir -p artifacts
projects="$(printf '"%s",' src/*/*.csproj | sed 's|/|\\\\|g; s/,$//')"
printf '{"solution":{"path":"../RegistryCache.sln","projects":[%s]}}\n' "$projects" > artifacts/packages.slnf

rm -rf "$out"
dotnet pack artifacts/packages.slnf -o "$out" -v quiet -clp:NoSummary -p:PerSystem=true "${built[@]}" "$@"
dotnet pack src/RegistryCache.Cli -o "$out" -v quiet -clp:NoSummary -r "$system" "${unchecked[@]}" "$@"

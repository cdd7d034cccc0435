#!/usr/bin/env bash
# Packs what users install: every library, and the tool, once for all systems to choose from and once as native code of this machine.
#
#   bash eng/pack.sh               into artifacts/packages
#   bash eng/pack.sh DIRECTORY     into another directory, which is emptied first
#
# Options of MSBuild follow the directory. Native code needs a C linker, as the .NET SDK's documentation of Native AOT says.
set -euo pipefail
cd "$(dirname "$0")/.."

out="${1:-artifacts/packages}"
shift || true
system="$(dotnet --info | sed -nE 's/^ *RID: *//p')"

rm -rf "$out"
for project in src/*/; do
  case "$project" in
    src/RegistryCache.Cli/)
      dotnet pack "$project" -o "$out" -v quiet -clp:NoSummary -p:PerSystem=true "$@"
      dotnet pack "$project" -o "$out" -v quiet -clp:NoSummary -r "$system" "$@" ;;
    *) dotnet pack "$project" -o "$out" -v quiet -clp:NoSummary "$@" ;;
  esac
done

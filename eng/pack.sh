#!/usr/bin/env bash
# Packs what users install: every library, and the tool, once for all systems to choose from and once as native code of this machine.
#
#   bash eng/pack.sh               into artifacts/packages
#   bash eng/pack.sh DIRECTORY     into another directory, which is emptied first
#
# Options of MSBuild follow the directory. Native code needs a C linker, as the .NET SDK's documentation of Native AOT says.
set -euo pipefail
out="${1:-artifacts/packages}"
shift || true
[[ "$out" = /* ]] || out="$PWD/$out"
cd "$(dirname "$0")/.."

rm -rf "$out"
options=(-v:quiet -clp:NoSummary -nologo "$@")
dotnet msbuild eng/pack.proj -t:Restore -m "-p:PackageOutputPath=$out" "${options[@]}"
dotnet msbuild eng/pack.proj -t:Pack -m "-p:PackageOutputPath=$out" "${options[@]}"

# By itself: what it restores takes the place of what the tool restores for all systems.
dotnet pack src/RegistryCache.Cli -o "$out" -r "$(dotnet --info | sed -nE 's/^ *RID: *//p')" "${options[@]}"

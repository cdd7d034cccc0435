#!/usr/bin/env bash
# Prints the rooms of a checkout, from its compiled packages: files, lines, public types, who uses whom, cycles.
#
#   bash eng/house.sh                         this checkout
#   bash eng/house.sh /path/to/other          another one that was built, to compare before and after
#   bash eng/house.sh . --why Core/A Core/B   the types through which one room uses another
#   bash eng/house.sh . --word IgnoreError    the rooms whose code has a word
set -euo pipefail
checkout="$(cd "${1:-$(dirname "$0")/..}" && pwd)"
shift || true
cd "$(dirname "$0")/.."
[ "$checkout" != "$PWD" ] || for package in Core Oci Compression Hosting Testing Testing.NUnit; do dotnet build "src/RegistryCache.$package" -v quiet -clp:NoSummary; done
dotnet run --project eng/House -v quiet -- "$checkout" "$@"

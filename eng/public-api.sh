#!/usr/bin/env bash
# Brings PublicAPI.Unshipped.txt of each package up to date with the code. The compiler names every symbol that the file lacks;
# this script writes those names down. Review the difference like code: it is what users will hold us to.
set -euo pipefail
cd "$(dirname "$0")/.."
for project in src/RegistryCache.{Core,Oci,Compression,Hosting,Testing,Testing.NUnit}; do
  unshipped="$project/PublicAPI.Unshipped.txt"
  printf '#nullable enable\n' > "$unshipped"
  log="$(dotnet build "$project" -v quiet -clp:NoSummary -p:TreatWarningsAsErrors=false 2>&1 || true)"
  symbols="$(sed -nE "s/.*(error|warning) RS0016: Symbol '(.*)' is not part of the declared public API.*/\2/p" <<< "$log" | LC_ALL=C sort -u)"
  { printf '#nullable enable\n'; if [ -n "$symbols" ]; then printf '%s\n' "$symbols"; fi; } > "$unshipped"
  dotnet build "$project" -v quiet -clp:"ErrorsOnly;NoSummary" | head -20
done

#!/usr/bin/env bash
# Builds the site of the documents and of the API in artifacts/docs/site. A warning is an error: a link or an anchor that leads
# nowhere, a reference in the XML documentation that cannot be resolved, a page that is not valid.
#
#   bash eng/docs.sh             builds what the site needs, and the site
#   bash eng/docs.sh --no-build  takes the assemblies of the release build that was made before
#
# Only `dotnet tool restore` needs a network, and only when a tool is not in the package folder yet.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
out="artifacts/docs"
# The output of these projects has the assemblies of all packages, with their documentation and all that they refer to.
projects=(tests/RegistryCache.Cli.Tests src/RegistryCache.Testing)

case "${1:-}" in
  "") for project in "${projects[@]}"; do dotnet build "$project" -c Release -v quiet -clp:NoSummary; done ;;
  --no-build) ;;
  *) echo "usage: bash eng/docs.sh [--no-build]" >&2; exit 2 ;;
esac

dotnet tool restore >/dev/null
rm -rf "$out" docs/api
mkdir -p "$out/assemblies"
# RegistryCache.Testing refers to ASP.NET Core, which is a part of the SDK and not of the output.
framework="$(dotnet --list-runtimes | sed -nE 's/^Microsoft\.AspNetCore\.App (10\.[^ ]+) \[(.*)\]$/\2\/\1/p' | tail -n 1)"
cp "$framework"/*.dll "$out/assemblies/"
for project in "${projects[@]}"; do cp "$project"/bin/Release/net10.0/*.dll "$project"/bin/Release/net10.0/*.xml "$out/assemblies/"; done
dotnet docfx docs/docfx.json --warningsAsErrors --logLevel warning
echo "$out/site/index.html"

#!/usr/bin/env bash
# Provides the programs that benchmarks/RegistryCache.Peers compares with, and prints the directory that holds them.
#
#   bash eng/peers.sh             says on standard error which program is missing and why
#
# Packages are unpacked into artifacts/peers on a Debian machine with apt; neither the system's packages nor its package sources are
# touched. A program that the machine has in PATH is not downloaded. regctl is not in Debian; put it in PATH to compare with it.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly root="$PWD/artifacts/peers"
readonly bin="$root/bin"

say() { printf 'peers.sh: %s\n' "$*" >&2; }
. eng/packages.sh

# provide PROGRAM SUITES PACKAGE…: the first suite that has the packages wins.
provide() {
  local program="$1" suites="$2" suite; shift 2
  if [ -x "$bin/$program" ] || command -v "$program" >/dev/null; then return 0; fi
  for suite in $suites; do
    say "downloading $* of Debian ($suite) into artifacts/peers"
    rm -rf "${root:?}/$program"
    if unpack "$suite" "$root/$program" "$@" && link "$program"; then return 0; fi
  done
  say "$program could not be provided"
}

# The program finds the libraries that were unpacked with it; `exec` keeps its own process the one that is measured.
link() {
  local program="$1" home="$root/$1"
  printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" exec "%s" "$@"\n' "$home/usr/lib/$(uname -m)-linux-gnu:$home/lib/$(uname -m)-linux-gnu" \
    "$home/usr/bin/$program" > "$bin/$program"
  chmod 755 "$bin/$program"
  if "$bin/$program" --version >/dev/null 2>&1 || "$bin/$program" version >/dev/null 2>&1; then return 0; fi
  rm -f "$bin/$program"
  say "$program does not run on this machine"
  return 1
}

mkdir -p "$bin"
provide crane "forky sid" crane
provide oras "forky sid trixie" oras
provide skopeo "own" skopeo libgpgme11 libassuan0 libdevmapper1.02.1
provide igzip "own" isal libisal2
provide pigz "own" pigz
provide zstd "own" zstd
printf '%s\n' "$bin"

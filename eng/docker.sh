#!/usr/bin/env bash
# Finds or provides the Docker engines that the tests run against, and prints a folder with the programs of each, one per line.
#
#   bash eng/docker.sh            prints the folders; says on standard error which engine is missing and why; ends with 1 without any
#
# Two engines: the machine's own where it is new enough (dockerd, containerd, runc and the buildx plugin), else Debian 13's; and the
# newest that Debian has. Debian's packages are unpacked into artifacts/docker/SUITE, on a Debian machine with apt; neither the
# system's packages nor its package sources are touched. Nothing is started here: tests/RegistryCache.Docker.Tests starts daemons of
# its own and ends them.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly stable=trixie newest=(forky sid)
readonly packages=(docker.io docker-cli docker-buildx containerd runc)
readonly root="$PWD/artifacts/docker"
# Change the number when the steps below change, so that folders that an older script made are made again.
readonly recipe="4 ${packages[*]}"

say() { printf 'docker.sh: %s\n' "$*" >&2; }
. eng/packages.sh

# Docker 25 is the first whose containerd image store exports caches of every kind (BuildKit 0.12).
recent_enough() { [ "$("$1" --version 2>/dev/null | sed -nE 's/^Docker version ([0-9]+)\..*/\1/p')" -ge 25 ] 2>/dev/null; }

installed_engine() {
  local program
  for program in dockerd docker containerd containerd-shim-runc-v2 runc; do command -v "$program" >/dev/null || return 1; done
  docker buildx version >/dev/null 2>&1 && recent_enough dockerd
}

# provide SUITE: unpacks that suite's engine where it is not there yet, and prints its folder.
provide() {
  local suite="$1"
  local home="$root/$suite"
  local engine="$home/engine"
  if [ "$(cat "$home/stamp" 2>/dev/null)" = "$recipe" ]; then printf '%s\n' "$engine"; return 0; fi
  say "downloading Debian $suite's ${packages[*]} into artifacts/docker/$suite"
  rm -rf "$home"
  unpack "$suite" "$engine" "${packages[@]}" || return 1
  # runc is the one program that needs the C library of its own suite; the machine's own suite has one that fits.
  if ! "$engine/usr/sbin/runc" --version >/dev/null 2>&1; then
    unpack own "$engine" runc || return 1
  fi
  local program
  for program in usr/sbin/dockerd usr/bin/docker usr/bin/containerd usr/sbin/runc; do
    "$engine/$program" --version >/dev/null || { say "$program of $suite does not run on this machine"; return 1; }
  done
  printf '%s\n' "$recipe" > "$home/stamp"
  printf '%s\n' "$engine"
}

provide_first() { local suite; for suite in "$@"; do provide "$suite" && return 0; done; return 1; }

found=0
if installed_engine; then dirname "$(command -v dockerd)"; found=1
elif provide "$stable"; then found=1
else say "there is no Docker engine of Debian $stable"; fi
if provide_first "${newest[@]}"; then found=1; else say "there is no newest Docker engine (Debian ${newest[*]})"; fi
[ "$found" = 1 ] || { say "no Docker engine could be provided"; exit 1; }

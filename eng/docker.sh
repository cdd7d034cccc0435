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

# Docker 25 is the first whose containerd image store exports caches of every kind (BuildKit 0.12).
recent_enough() { [ "$("$1" --version 2>/dev/null | sed -nE 's/^Docker version ([0-9]+)\..*/\1/p')" -ge 25 ] 2>/dev/null; }

installed_engine() {
  local program
  for program in dockerd docker containerd containerd-shim-runc-v2 runc; do command -v "$program" >/dev/null || return 1; done
  docker buildx version >/dev/null 2>&1 && recent_enough dockerd
}

# Writes a source list of the machine's own Debian mirror with another suite, in the form that the machine uses it.
write_sources() {
  local list="$1" wanted="$2" file uris keyring
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    # The archive of the distribution itself is the stanza whose suites carry the machine's plain code name.
    uris="$(awk -v RS= -v name="$codename" '$0 ~ "(^|\n)Suites:[^\n]*[ \t]" name "([ \t\n]|$)" { print; exit }' "$file")"
    [ -n "$uris" ] || continue
    grep -qE '(^|[ \t])main([ \t]|$)' <<< "$(sed -nE 's/^Components://p' <<< "$uris")" || continue
    keyring="$(sed -nE 's/^Signed-By:[ \t]*//p' <<< "$uris")"
    uris="$(sed -nE 's/^URIs:[ \t]*//p' <<< "$uris")"
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n%s' "$uris" "$wanted" "${keyring:+Signed-By: $keyring
}" > "$list.sources"
    return 0
  done
  sed -nE "s/^(deb[ \t]+(\[[^]]*\][ \t]+)?[^ \t]+)[ \t]+$codename[ \t].*\bmain\b.*/\1 $wanted main/p" /etc/apt/sources.list 2>/dev/null \
    | head -n 1 > "$list.list"
  [ -s "$list.list" ]
}

# fetch SUITE PACKAGE…: downloads the packages of that suite into the current directory.
fetch() {
  local wanted="$1" area="$home/apt-$1"; shift
  rm -rf "$area"; mkdir -p "$area"/{sources,state/lists/partial,cache/archives/partial,none}
  : > "$area/status"
  write_sources "$area/sources/debian" "$wanted" || { say "no Debian mirror is named in this machine's source list"; return 1; }
  # An empty status file and no preferences: otherwise apt would look for the version that is installed or pinned.
  local apt=(apt-get -qq
    -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$area/sources"
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$area/none"
    -o Dir::State="$area/state" -o Dir::State::status="$area/status" -o Dir::Cache="$area/cache"
    -o APT::Default-Release= -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=3
    -o APT::Update::Post-Invoke-Success= -o DPkg::Post-Invoke=)
  "${apt[@]}" update >&2 && "${apt[@]}" download "$@" >&2
}

# provide SUITE: unpacks that suite's engine where it is not there yet, and prints its folder.
provide() {
  local suite="$1"
  home="$root/$suite"
  local engine="$home/engine"
  if [ "$(cat "$home/stamp" 2>/dev/null)" = "$recipe" ]; then printf '%s\n' "$engine"; return 0; fi
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || { say "this machine has no apt"; return 1; }
  codename="$(. /etc/os-release; printf '%s' "${VERSION_CODENAME:-}")"
  [ "$(. /etc/os-release; printf '%s' "${ID:-}")" = debian ] && [ -n "$codename" ] || { say "only Debian's packages are known here"; return 1; }
  say "downloading Debian $suite's ${packages[*]} into artifacts/docker/$suite"
  rm -rf "$home"; mkdir -p "$engine" "$home/packages"
  local package
  (cd "$home/packages" && fetch "$suite" "${packages[@]}") || return 1
  for package in "$home"/packages/*.deb; do dpkg -x "$package" "$engine" || return 1; done
  # runc is the one program that needs the C library of its own suite; the machine's own suite has one that fits.
  if ! "$engine/usr/sbin/runc" --version >/dev/null 2>&1; then
    mkdir -p "$home/own"
    (cd "$home/own" && fetch "$codename" runc) || return 1
    dpkg -x "$home"/own/runc_*.deb "$engine" || return 1
  fi
  rm -rf "$home/packages" "$home/own" "$home"/apt-*
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

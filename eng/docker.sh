#!/usr/bin/env bash
# Finds or provides a Docker engine whose BuildKit can export registry caches, and prints the folder that holds its programs.
#
#   bash eng/docker.sh            prints a folder, or says on standard error why there is none and ends with 1
#
# An installed engine (dockerd, containerd, runc and the buildx plugin) is used where it is new enough. Elsewhere, on a Debian
# machine with apt, Debian 13's packages are unpacked into artifacts/docker; neither the system's packages nor its package
# sources are touched. Nothing is started here: tests/RegistryCache.Docker.Tests starts a daemon of its own and ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly suite=trixie
readonly packages=(docker.io docker-cli docker-buildx containerd runc)
readonly home="$PWD/artifacts/docker"
readonly engine="$home/engine"
# Change the number when the steps below change, so that folders that an older script made are made again.
readonly recipe="3 $suite ${packages[*]}"

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

provide_engine() {
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || { say "this machine has no apt"; return 1; }
  local codename; codename="$(. /etc/os-release; printf '%s' "${VERSION_CODENAME:-}")"
  [ "$(. /etc/os-release; printf '%s' "${ID:-}")" = debian ] && [ -n "$codename" ] || { say "only Debian's packages are known here"; return 1; }
  say "downloading Debian $suite's ${packages[*]} into artifacts/docker"
  rm -rf "$home"; mkdir -p "$engine" "$home/packages"
  local package
  (cd "$home/packages" && fetch "$suite" "${packages[@]}") || return 1
  for package in "$home"/packages/*.deb; do dpkg -x "$package" "$engine"; done
  # runc is the one program that needs the C library of its own suite; the machine's own suite has one that fits.
  if ! "$engine/usr/sbin/runc" --version >/dev/null 2>&1; then
    mkdir -p "$home/own"
    (cd "$home/own" && fetch "$codename" runc) || return 1
    dpkg -x "$home"/own/runc_*.deb "$engine"
  fi
  rm -rf "$home/packages" "$home/own" "$home"/apt-*
  local program
  for program in usr/sbin/dockerd usr/bin/docker usr/bin/containerd usr/sbin/runc; do
    "$engine/$program" --version >/dev/null || { say "$program does not run on this machine"; return 1; }
  done
  printf '%s\n' "$recipe" > "$home/stamp"
}

if [ "$(cat "$home/stamp" 2>/dev/null)" = "$recipe" ]; then printf '%s\n' "$engine"; exit 0; fi
if installed_engine; then dirname "$(command -v dockerd)"; exit 0; fi
provide_engine || { say "no Docker engine could be provided"; exit 1; }
printf '%s\n' "$engine"

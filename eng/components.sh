#!/usr/bin/env bash
# Finds or installs the real programs that the tests run against: docker-registry (distribution 2.8), pigz, zstd, GNU tar, setfacl with
# getfacl, a browser without a window (chromium-headless-shell: 100 MB with what it needs), the shells zsh and fish, and Graphviz.
#
#   bash eng/components.sh        names what is missing and ends with 1 if anything is
#
# Packages are installed only by root and only where apt is; elsewhere what is missing stays missing.
set -euo pipefail

# program=package, by Debian's names
readonly components=(docker-registry=docker-registry pigz=pigz zstd=zstd tar=tar setfacl=acl
  chromium-headless-shell=chromium-headless-shell zsh=zsh fish=fish dot=graphviz)

say() { printf 'components.sh: %s\n' "$*" >&2; }

missing_packages() {
  local component
  for component in "${components[@]}"; do
    command -v "${component%%=*}" >/dev/null || printf '%s\n' "${component#*=}"
  done
}

# The registry's package would start a server at once. The tests start their own, so package scripts may start nothing.
install_quietly() {
  local policy=/usr/sbin/policy-rc.d written=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod 755 "$policy" && written=yes
  fi
  local result=0
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"; } </dev/null >&2 || result=$?
  if [ -n "$written" ]; then rm -f "$policy"; fi
  return "$result"
}

mapfile -t missing < <(missing_packages)
if [ "${#missing[@]}" -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  say "installing ${missing[*]}"
  install_quietly "${missing[@]}" || say "apt could not install ${missing[*]}"
  mapfile -t missing < <(missing_packages)
fi
if [ "${#missing[@]}" -gt 0 ]; then say "missing: ${missing[*]}"; exit 1; fi

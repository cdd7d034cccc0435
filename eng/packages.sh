# Functions that unpack Debian packages, also of other suites, into a directory. Sourced by docker.sh and peers.sh, which define `say`.
# Neither the system's packages nor its package sources are touched.

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
  local wanted="$1" area="$PWD/apt"; shift
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

# unpack SUITE DIRECTORY PACKAGE…: unpacks the packages of that suite into the directory. `own` is the machine's suite.
unpack() {
  local suite="$1" directory="$2" area package result=0; shift 2
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || { say "this machine has no apt"; return 1; }
  codename="$(. /etc/os-release; printf '%s' "${VERSION_CODENAME:-}")"
  [ "$(. /etc/os-release; printf '%s' "${ID:-}")" = debian ] && [ -n "$codename" ] || { say "only Debian's packages are known here"; return 1; }
  [ "$suite" != own ] || suite="$codename"
  mkdir -p "$directory" && area="$(mktemp -d)" || return 1
  (cd "$area" && fetch "$suite" "$@") || result=1
  for package in "$area"/*.deb; do [ "$result" = 0 ] && dpkg -x "$package" "$directory" || result=1; done
  rm -rf "$area"
  return "$result"
}

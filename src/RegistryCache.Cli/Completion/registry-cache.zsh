#compdef registry-cache
# Completion of registry-cache for zsh. In ~/.zshrc, after compinit:  source <(registry-cache completion zsh)
_registry_cache() {
  local line="${(j: :)words[1,CURRENT]}"
  local -a candidates open closed
  candidates=("${(@f)$(registry-cache "[suggest:${#line}]" "$line" 2>/dev/null)}")
  open=("${(@M)candidates:#*=}")
  closed=("${(@)candidates:#(*=|)}")
  if (( ${#open} + ${#closed} == 0 )); then
    _files
    return
  fi
  (( ${#open} )) && compadd -S '' -- "${open[@]}"
  (( ${#closed} )) && compadd -- "${closed[@]}"
}
compdef _registry_cache registry-cache

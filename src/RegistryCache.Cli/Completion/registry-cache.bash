# Completion of registry-cache for bash. In ~/.bashrc:  source <(registry-cache completion bash)
_registry_cache() {
  local line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]} word prefix candidate
  word=${line##*[[:space:]]}
  # bash splits words at = and :, and expects only the part after the last of them.
  if [[ $cur == [=:] ]]; then cur=; fi
  prefix=${word%"$cur"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ $candidate == "$word"* ]]; then
      COMPREPLY+=("${candidate#"$prefix"}")
      if [[ $candidate == *= ]]; then compopt -o nospace; fi
    fi
  done < <(registry-cache "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o default -F _registry_cache registry-cache

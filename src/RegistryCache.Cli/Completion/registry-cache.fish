# Completion of registry-cache for fish. In ~/.config/fish/config.fish:  registry-cache completion fish | source
function __registry_cache_complete
    set -l line (string trim --left -- (commandline -cp))
    set -l candidates (registry-cache "[suggest:"(string length -- $line)"]" $line 2>/dev/null)
    if test (count $candidates) -eq 0
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $candidates
    end
end
complete -c registry-cache -f -a '(__registry_cache_complete)'

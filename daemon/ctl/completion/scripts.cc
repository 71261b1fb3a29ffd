#include "daemon/ctl/completion/scripts.h"

namespace deskd::ctl::completion {

namespace {

// Readline breaks words at = and :, and replaces the last piece only; what it puts on the line it
// does not quote. So the pieces are joined, and each value is quoted here.
constexpr std::string_view bash =
    R"(# bash completion for deskctl.   source <(deskctl completion bash)
_deskctl() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() word head line value i quoted= typed before=
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    head=${rest%%[![:space:]]*}
    rest=${rest#"$head"}
    ((i == COMP_CWORD)) && word=$rest
    rest=${rest#"$word"}
    if [[ -z $head && ${#words[@]} -gt 0 ]]; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
  done
  [[ $word == [\"\']* ]] && quoted=yes
  for i in "${!words[@]}"; do words[i]=${words[i]//[\"\'\\]/}; done
  typed=${words[${#words[@]}-1]}
  [[ $typed == *[=:]* ]] && before=${typed%"${typed##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default
      return
    fi
    value=${line%%$'\t'*}
    value=${value#"$before"}
    if [[ -n $quoted ]]; then
      [[ $value == *[!A-Za-z0-9_.,:@%+=/\ -]* ]] && continue
    else
      printf -v value %q "$value"
    fi
    COMPREPLY+=("$value")
  done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null </dev/null)
}
complete -o nosort -F _deskctl deskctl
)";

// compadd quotes by itself.
constexpr std::string_view zsh = R"(#compdef deskctl
# zsh completion for deskctl.   source <(deskctl completion zsh), behind compinit
compdef _deskctl deskctl
_deskctl() {
  local -a lines values shown
  local line value text
  local -i wide=0
  lines=("${(@f)$("${words[1]}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  if [[ ${lines[1]} == :files ]]; then
    _files
    return
  fi
  for line in "${lines[@]}"; do
    [[ -n $line ]] || continue
    value=${line%%$'\t'*}
    values+=("$value")
    (( ${#value} > wide )) && wide=${#value}
  done
  for line in "${lines[@]}"; do
    [[ -n $line ]] || continue
    value=${line%%$'\t'*}
    text=${line#*$'\t'}
    if [[ -n $text ]]; then
      shown+=("${(r:$wide:)value}  $text")
    else
      shown+=("$value")
    fi
  done
  (( ${#values} )) && compadd -l -V deskctl -d shown -a values
}
if [[ $funcstack[1] == _deskctl ]]; then _deskctl "$@"; fi
)";

// fish quotes by itself, and takes what stands behind a tab for a description.
constexpr std::string_view fish =
    R"(# fish completion for deskctl.   deskctl completion fish | source
function __deskctl_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct | string unescape)
    set -q current[1]; or set current (commandline -ct | string trim -l -c \'\")
    set -l lines ($program __complete -- $words "$current" 2>/dev/null </dev/null)
    if test "$lines" = ":files"
        __fish_complete_path "$current"
    else if set -q lines[1]
        printf '%s\n' $lines
    end
end
complete -c deskctl -f -k -a '(__deskctl_complete)'
)";

}  // namespace

std::string_view script_for(std::string_view shell) {
  if (shell == "bash") return bash;
  if (shell == "zsh") return zsh;
  return shell == "fish" ? fish : std::string_view{};
}

}  // namespace deskd::ctl::completion

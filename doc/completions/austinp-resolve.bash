# Made by `npm run doc`: change the option list, not this file.
_austinp_resolve() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} word index
    COMPREPLY=()
    # The equals sign of a long option is a word of its own.
    if [[ $previous == "=" ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $current == "=" ]]; then
        current=
    fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        case $word in
            --) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
            --root|--inlines)
                [[ ${COMP_WORDS[index + 1]} == "=" ]] && ((index++))
                ((index++)) ;;
            --*) ;;
        esac
    done
    if ((index > COMP_CWORD)); then
        case $previous in
            --root) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            --inlines) mapfile -t COMPREPLY < <(compgen -W 'auto never always' -- "$current") ;;
        esac
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--root --inlines -h --help -V --version' -- "$current")
    else
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}
complete -F _austinp_resolve austinp-resolve

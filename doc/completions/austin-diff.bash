# Made by `npm run doc`: change the option list, not this file.
_austin_diff() {
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
            --metric|--strip-prefix|--limit|--html|--process|--thread|--module|--function|--state|--window|--collapse)
                [[ ${COMP_WORDS[index + 1]} == "=" ]] && ((index++))
                ((index++)) ;;
            --*) ;;
            -?*) [[ $word == -*([hV])[n] ]] && ((index++)) ;;
        esac
    done
    if ((index > COMP_CWORD)); then
        case $previous in
            --metric) mapfile -t COMPREPLY < <(compgen -W 'time cpu gc allocated released' -- "$current") ;;
            --strip-prefix) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            --limit|-*n) : ;;
            --html) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            --process) : ;;
            --thread) : ;;
            --module) : ;;
            --function) : ;;
            --state) mapfile -t COMPREPLY < <(compgen -W 'running idle' -- "$current") ;;
            --window) : ;;
            --collapse) mapfile -t COMPREPLY < <(compgen -W 'stdlib imports' -- "$current") ;;
        esac
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--metric --strip-prefix -n --limit --json --html --process --thread --main-thread --module --function --state --window --collapse -h --help -V --version' -- "$current")
    else
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}
complete -F _austin_diff austin-diff

# Made by `npm run doc`: change the option list, not this file.
_austin_decode() {
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
            --output|--process|--thread|--module|--function|--state|--window|--collapse|--threads)
                [[ ${COMP_WORDS[index + 1]} == "=" ]] && ((index++))
                ((index++)) ;;
            --*) ;;
            -?*) [[ $word == -*([whV])[o] ]] && ((index++)) ;;
        esac
    done
    if ((index > COMP_CWORD)); then
        case $previous in
            --output|-*o) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            --process) : ;;
            --thread) : ;;
            --module) : ;;
            --function) : ;;
            --state) mapfile -t COMPREPLY < <(compgen -W 'running idle' -- "$current") ;;
            --window) : ;;
            --collapse) mapfile -t COMPREPLY < <(compgen -W 'stdlib imports' -- "$current") ;;
            --threads) : ;;
        esac
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '-o --output --unfiltered -w --where --info --check --json --process --thread --main-thread --module --function --state --window --collapse --threads -h --help -V --version' -- "$current")
    else
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}
complete -F _austin_decode austin-decode

# Made by `npm run doc`: change the option list, not this file.
_austin_web() {
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
            --) ((index++)) && break ;;
            --open|--host|--port|--recent|--sources|--compile|--pid|--timeout|--interval|--exposure|--still|--output|--save|--capture|--flush|--process|--thread|--module|--function|--state|--window|--collapse)
                [[ ${COMP_WORDS[index + 1]} == "=" ]] && ((index++))
                ((index++)) ;;
            --*) ;;
            -?*) [[ $word == -*([CnkcfgmhV])[ptixo] ]] && ((index++)) ;;
            *) break ;;
        esac
    done
    if ((index < COMP_CWORD)) || [[ $index -eq $COMP_CWORD && ${COMP_WORDS[index - 1]} == "--" ]]; then
        if declare -F _command_offset >/dev/null; then
            _command_offset "$index"
        elif ((index == COMP_CWORD)); then
            mapfile -t COMPREPLY < <(compgen -c -- "$current")
        else
            compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
        return
    fi
    if ((index > COMP_CWORD)); then
        case $previous in
            --open) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            --host) : ;;
            --port) : ;;
            --recent) : ;;
            --sources) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            --compile) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            --pid|-*p) mapfile -t COMPREPLY < <(compgen -W "$(pgrep python 2>/dev/null)" -- "$current") ;;
            --timeout|-*t) : ;;
            --interval|-*i) : ;;
            --exposure|-*x) : ;;
            --still) mapfile -t COMPREPLY < <(compgen -W 'never auto always' -- "$current") ;;
            --output|-*o) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            --save) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            --capture) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            --flush) : ;;
            --process) : ;;
            --thread) : ;;
            --module) : ;;
            --function) : ;;
            --state) mapfile -t COMPREPLY < <(compgen -W 'running idle' -- "$current") ;;
            --window) : ;;
            --collapse) mapfile -t COMPREPLY < <(compgen -W 'stdlib imports' -- "$current") ;;
        esac
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--open --host --port --recent --sources --compile -p --pid -C --children -t --timeout -i --interval -x --exposure -n --native -k --kernel --still -c --cpu -f --full -g --gc -m --memory -o --output --save --capture --flush --process --thread --main-thread --module --function --state --window --collapse -h --help -V --version' -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
    fi
}
complete -F _austin_web austin-web

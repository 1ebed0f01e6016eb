# Made by `npm run doc`: change the option list, not this file.
complete -c austin-decode -s 'o' -l output -r -F -d 'Write to OUTPUT. Without it, a profile or a text goes to standard output.'
complete -c austin-decode -s 'w' -l where -d 'Print the stacks that were seen last, of a run, or those of the look that was captured.'
complete -c austin-decode -l info -d 'Print what is inside: the tool, the machine, the processes, the sizes.'
complete -c austin-decode -l check -d 'Decode everything, and print what could not be decoded, by reason.'
complete -c austin-decode -l json -d 'With --where, --info and --check: print JSON, for programs.'
complete -c austin-decode -l threads -x -d 'Only threads of these native ids, separated by commas; 0x before hexadecimal ones.'
complete -c austin-decode -s '?' -l help -d 'Print this help.'
complete -c austin-decode -s 'V' -l version -d 'Print the version.'

# Made by `npm run doc`: change the option list, not this file.
complete -c austinp-resolve -l root -x -a '(__fish_complete_directories)' -d 'Look for the files below DIR, which the program had for its root, as one in a container does.'
complete -c austinp-resolve -l inlines -x -a 'auto never always' -d 'Show inlined functions, too, which llvm-symbolizer or addr2line tells: where one is installed (auto), never, or not without (always).'
complete -c austinp-resolve -s 'h' -l help -d 'Print this help.'
complete -c austinp-resolve -s 'V' -l version -d 'Print the version.'

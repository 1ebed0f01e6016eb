# Made by `npm run doc`: change the option list, not this file.
complete -c austin2pprof -s 'h' -l help -d 'Print this help.'
complete -c austin2pprof -s 'V' -l version -d 'Print the version.'

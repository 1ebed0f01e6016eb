# Made by `npm run doc`: change the option list, not this file.
complete -c austin2speedscope -l indent -x -d 'Indent the JSON by N spaces.'
complete -c austin2speedscope -s 'h' -l help -d 'Print this help.'
complete -c austin2speedscope -s 'V' -l version -d 'Print the version.'

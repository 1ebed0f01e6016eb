# Made by `npm run doc`: change the option list, not this file.
complete -c mojo2austin -s 'h' -l help -d 'Print this help.'
complete -c mojo2austin -s 'V' -l version -d 'Print the version.'

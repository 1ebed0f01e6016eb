// SIGUSR1 has no meaning for us. In: nothing. Out: nothing; imported before all else. Without it Node opens its debugger on
// that signal, to whoever may connect to this machine's own address.
process.on("SIGUSR1", () => {});

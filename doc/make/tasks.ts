// What people want to know, and the commands that answer it. Each command line is read by the option parsers in
// tests/unit/documents/tasks.test.ts.

export interface Task {
  readonly question: string;
  readonly answers: readonly (readonly [command: string, meaning: string])[];
}

export const TASKS: readonly Task[] = [
  {
    question: "What is slow?",
    answers: [
      ["austin python3 app.py", "Run the program under the sampler. The last lines name the profile: austin.PID.mojo."],
      ["austin -x 30s -o app.mojo -p 4242", "Or watch process 4242 for 30 seconds."],
      [
        "austinp -o app.mojo python3 app.py",
        "With functions of C, C++ and Rust around Python's; with -k the kernel's.",
      ],
      ["austin-view --top app.mojo", "The functions and lines that took most, as tables."],
      ["austin-view --open app.mojo", "The profile in speedscope, in a browser on this machine."],
      ["austin-view --html flame.html app.mojo", "A flame graph as one file."],
    ],
  },
  {
    question: "What is it doing now?",
    answers: [
      ["austin -w 4242", "The stacks of all its threads, once. Nothing is stopped."],
      ["austin -C -w 4242", "The same of all processes below it."],
      ["austin-tui -p 4242", "Watch it: top, tree, flame graph, threads. Without -p, choose from a list."],
      ["austin-web -p 4242", "The same in a browser, with any window of time."],
    ],
  },
  {
    question: "Which lines?",
    answers: [
      ["austin-view --heat heat.html app.mojo", "The sources, with the time that each line took."],
      ["austin-view --top --function load_config app.mojo", "Only stacks in which load_config is."],
      ["austin-view --top --module 'app.*' --collapse stdlib app.mojo", "Only your package; the library as one frame."],
      ["austin-view --top --window 10s..20s app.mojo", "Only what was between 10 and 20 seconds."],
    ],
  },
  {
    question: "Does it compute, or wait?",
    answers: [
      ["austin -f -o full.mojo python3 app.py", "Record with each sample whether its thread waits, and memory."],
      ["austin-view --top full.mojo", "Time, with running and waiting apart."],
      ["austin-view --top --state idle full.mojo", "Only where it waits."],
      ["austin -c -o cpu.mojo python3 app.py", "Leave out what waits while sampling."],
    ],
  },
  {
    question: "Where does memory go?",
    answers: [
      ["austin -m -o memory.mojo python3 app.py", "Where resident memory grows and shrinks."],
      ["austin-view --top --metric allocated memory.mojo", "Which functions it grew in."],
      ["austin -g -o gc.mojo python3 app.py", "Mark what runs while the garbage collector does."],
      ["austin-view --top --metric gc gc.mojo", "What was held up by the collector."],
    ],
  },
  {
    question: "What has changed?",
    answers: [
      ["austin-diff before.mojo after.mojo", "What has changed by more than the sampling error."],
      ["austin-diff --html diff.html before.mojo after.mojo", "The same as a flame graph."],
      ["austin-diff --strip-prefix /srv/app --strip-prefix . before.mojo after.mojo", "For two checkouts."],
    ],
  },
  {
    question: "Share it, keep it",
    answers: [
      [
        "austin --save app.speedscope.json python3 app.py",
        "Convert once the run is over; --list below has the formats.",
      ],
      [
        "austin-convert app.mojo -o app.pb.gz",
        "To pprof; to speedscope, Firefox, Chrome, collapsed stacks, ... by the name.",
      ],
      ["austin-convert --list", "All formats, and the ends of names that mean them."],
      [
        "austinp-resolve app.mojo - | austin-convert -f html - > app.html",
        "Into a pipe, with files and lines of C, C++ and Rust.",
      ],
      ["austin --capture app.capture python3 app.py", "Keep the memory that was read; it may hold secrets."],
      ["austin-decode -o app.mojo app.capture", "The profile of a capture, on any machine."],
    ],
  },
  {
    question: "Workers, containers, other users",
    answers: [
      ["austin -C -x 30s -o all.mojo -p 4242", "A master and its workers: gunicorn, celery, uWSGI, multiprocessing."],
      ["austin-view --top --process 4250 all.mojo", "One of them."],
      ["austin --doctor 4242", "What keeps it from being sampled, and what helps."],
      ["austin -x 30s -o /tmp/app.mojo -p 1", "In a container that has the capability SYS_PTRACE."],
      ["austin -P -p 4242 | austin-convert --follow -f jsonl -", "Samples as they come, for another program."],
    ],
  },
];

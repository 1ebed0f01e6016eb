// Austin's rules of writing a command line, and what cac must get for them.
import { describe, expect, it } from "vitest";
import { defineCommandLine } from "../../../src/cli/austin/options.js";
import { argumentOf, normaliseArguments } from "../../../src/cli/words/arguments.js";

const definitions = defineCommandLine().globalCommand.options;
const normalise = (line: string) => normaliseArguments(line === "" ? [] : line.split(" "), definitions);

describe("words that are right", () => {
  const cases: [line: string, options: string, command: string][] = [
    ["python s.py", "", "python s.py"],
    ["python s.py -i 5", "", "python s.py -i 5"],
    ["-c python s.py --help", "--cpu", "python s.py --help"],
    ["-i 5 python", "--interval==5", "python"],
    ["-i5ms python", "--interval==5ms", "python"],
    ["-i=5 python", "--interval==5", "python"],
    ["-ci 1ms python", "--cpu --interval==1ms", "python"],
    ["-ci1ms python", "--cpu --interval==1ms", "python"],
    ["-Cci 2ms python", "--children --cpu --interval==2ms", "python"],
    ["-cPi 1ms python", "--cpu --pipe --interval==1ms", "python"],
    ["--interval=5ms python", "--interval==5ms", "python"],
    ["--interval 5ms python", "--interval==5ms", "python"],
    ["--inter=5ms python", "--interval==5ms", "python"],
    ["--inter 5ms python", "--interval==5ms", "python"],
    ["--cp python", "--cpu", "python"],
    ["-o -c python", "--output==-c", "python"],
    ["-o -- python", "--output==--", "python"],
    ["--output=a=b python", "--output==a=b", "python"],
    ["-oa=b python", "--output==a=b", "python"],
    ["-o f -- python s.py", "--output==f", "python s.py"],
    ["-- -i 5", "", "-i 5"],
    ["-- --", "", "--"],
    ["python -- -c", "", "python -- -c"],
    ["- x", "", "- x"],
    ["-?", "--help", ""],
    ["-h", "--help", ""],
    ["-ch python", "--cpu --help", "python"],
    ["-V", "--version", ""],
    ["-i 1 -i 2 python", "--interval==1 --interval==2", "python"],
    ["", "", ""],
  ];
  it.each(cases)("%s", (line, options, command) => {
    expect(normalise(line)).toEqual({
      options: options === "" ? [] : options.split(" "),
      command: command === "" ? [] : command.split(" "),
      problem: undefined,
    });
  });

  it("leaves the words of the command as they are", () => {
    const command = ["my python", "", "a=b", "-é", "--x=1 2"];
    expect(normaliseArguments(["-c", ...command], definitions).command).toEqual(command);
  });

  it("takes an empty argument for an argument", () => {
    expect(normaliseArguments(["-o", "", "python"], definitions).options).toEqual(["--output=="]);
    expect(normaliseArguments(["--output=", "python"], definitions).options).toEqual(["--output=="]);
    expect(normaliseArguments(["-o=", "python"], definitions).options).toEqual(["--output=="]);
  });
});

describe("words that are wrong", () => {
  const cases: [line: string, problem: string][] = [
    ["-z python", "invalid option -- 'z'"],
    ["-cz python", "invalid option -- 'z'"],
    ["-ck0 python", "invalid option -- '0'"],
    ["-c=1 python", "invalid option -- '='"],
    ["-i", "option requires an argument -- 'i'"],
    ["-ci", "option requires an argument -- 'i'"],
    ["--interval", "option '--interval' requires an argument"],
    ["--ex", "option '--exposure' requires an argument"],
    ["--foo python", "unrecognized option '--foo'"],
    ["--foo=1 python", "unrecognized option '--foo'"],
    ["--intervals=1 python", "unrecognized option '--intervals'; did you mean '--interval'?"],
    ["--ouptut=1 python", "unrecognized option '--ouptut'; did you mean '--output'?"],
    ["--chidren python", "unrecognized option '--chidren'; did you mean '--children'?"],
    ["--no-cpu python", "unrecognized option '--no-cpu'"],
    ["--cpu=1 python", "option '--cpu' doesn't allow an argument"],
    ["--c python", "option '--c' is ambiguous; possibilities: '--children' '--cpu' '--capture'"],
    ["--p=1", "option '--p' is ambiguous; possibilities: '--pid' '--pipe'"],
    ["--=1", expect.stringContaining("option '--' is ambiguous")],
  ];
  it.each(cases)("%s", (line, problem) => {
    expect(normalise(line).problem).toEqual(problem);
  });

  it("keeps the options before the problem", () => {
    expect(normalise("--help --foo").options).toEqual(["--help"]);
  });
});

describe("cac reads the normalised words", () => {
  it.each(["007", "0x10", "1e3", "true", "", "-c", "--", "=", "=a", "a.b"])(
    "and keeps the argument '%s'",
    (argument) => {
      const cli = defineCommandLine();
      const { options } = normaliseArguments(["-o", argument, "-c"], definitions);
      const parsed = cli.parse(["", "", ...options], { run: false });
      expect(argumentOf(parsed.options.output)).toBe(argument);
      expect(parsed.options.cpu).toBe(true);
      expect(parsed.args).toEqual([]);
    },
  );
});

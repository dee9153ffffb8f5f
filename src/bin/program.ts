import { Command, CommanderError } from "commander";
import { registerBench } from "../bench/command.ts";
import { registerCapacity } from "../capacity/command.ts";
import { ConfigError } from "../kit/config.ts";
import { messageOf } from "../kit/errors.ts";
import { registerConfig } from "./commands/config.ts";
import { registerDecode } from "./commands/decode.ts";
import { registerKey } from "./commands/key.ts";
import { registerProcesses } from "./commands/process.ts";
import { registerUser } from "./commands/user.ts";
import { registerVersion } from "./commands/version.ts";
import { goimArguments } from "./goim-flags.ts";

const examples = `
Examples:
  goim comet -c config/comet.toml --set websocket.bind=0.0.0.0:3102
  goim config check logic -c config/logic.toml
  goim key create --name shop --scopes push:room,push:user
  goim bench room --clients 1000 --rate 40 --duration 60s
  nats sub 'goim.push.>' --translate 'goim decode'`;

/** All subcommands. Parsing throws instead of ending the process; `exitCodeOf` gives its code. */
export function createProgram(): Command {
  const program = new Command("goim")
    .description("goim's push server on NATS: three processes and their tools")
    .exitOverride()
    .showHelpAfterError("(goim --help shows what there is)")
    .addHelpText("after", examples);
  registerProcesses(program);
  registerConfig(program);
  registerKey(program);
  registerUser(program);
  registerDecode(program);
  registerBench(program);
  registerCapacity(program);
  registerVersion(program);
  const parse = program.parseAsync.bind(program);
  program.parseAsync = (argv, options) => parse(goimArguments(argv ?? process.argv), options);
  return program;
}

/** 0 after --help, 2 when the call or the configuration was wrong, 1 for what else went wrong. */
export function exitCodeOf(error: unknown, print: (line: string) => void): number {
  if (error instanceof CommanderError) {
    // Commander has printed its own sentence.
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof ConfigError) {
    for (const problem of error.problems) print(`goim: ${problem}`);
    return 2;
  }
  print(`goim: ${messageOf(error)}`);
  return 1;
}

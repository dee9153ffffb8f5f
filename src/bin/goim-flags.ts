import { type Command, Option } from "commander";
import type { ConfigSources } from "../kit/config.ts";

/**
 * Flags of their own -> keys: goim's, which Go writes with one dash as in -deploy.env=prod, and
 * --workers.
 */
const keyOfFlag: Readonly<Record<string, string>> = {
  region: "region",
  zone: "zone",
  "deploy.env": "env",
  host: "host",
  weight: "weight",
  addrs: "addrs",
  offline: "offline",
  debug: "debug",
  workers: "workers",
};

/** As in Go these stand alone or with "=": "-debug" is "-debug=true". */
const booleanFlags: ReadonlySet<string> = new Set(["offline", "debug"]);

const singleDash = /^-(conf|region|zone|deploy\.env|host|weight|addrs|offline|debug)(=.*)?$/s;

/**
 * The command line with goim's single-dash flags written as ours. Text after a flag that takes a
 * value is left alone, so that a value may look like a flag.
 */
export function goimArguments(argv: readonly string[]): string[] {
  let isValue = false;
  return argv.map((argument) => {
    const match = isValue ? null : singleDash.exec(argument);
    isValue =
      !isValue &&
      /^(-c|--?(conf|config|set|region|zone|deploy\.env|host|weight|addrs|workers))$/.test(
        argument,
      );
    if (match === null) return argument;
    const name = match[1] ?? "";
    const value = match[2] ?? (booleanFlags.has(name) ? "=true" : "");
    return `--${name}${value}`;
  });
}

/** Adds --config, --set and goim's flags to a command that loads a configuration. */
export function addConfigOptions(command: Command): Command {
  command
    .option("-c, --config <file>", "TOML file; without one the defaults hold")
    .option("--set <section.key=value>", "one key, stronger than file and environment", collect, [])
    .addOption(new Option("--conf <file>", "goim's name of --config").hideHelp());
  for (const name of Object.keys(keyOfFlag)) {
    const argument = booleanFlags.has(name) ? "[true|false]" : "<value>";
    const what = name === "workers" ? "processes under a supervisor" : `goim's -${name}`;
    command.option(`--${name} ${argument}`, what);
  }
  return command;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export type ConfigOptions = Readonly<Record<string, string | boolean | readonly string[]>>;

/**
 * The sources that the options of a command name. `has` tells whether the process knows a key:
 * goim's flags are accepted by all three, with a warning where one means nothing.
 */
export function sourcesOf(
  command: Command,
  deps: {
    readonly has: (key: string) => boolean;
    readonly env: ConfigSources["env"];
    readonly warn: (line: string) => void;
  },
): ConfigSources {
  const options = command.opts<ConfigOptions>();
  const flags: Record<string, string> = {};
  for (const [name, key] of Object.entries(keyOfFlag)) {
    const value = options[attributeOf(command, name)];
    if (value === undefined) continue;
    if (deps.has(key)) flags[key] = String(value);
    else deps.warn(`-${name} has no meaning for this process and is ignored`);
  }
  for (const setting of (options.set ?? []) as readonly string[]) {
    const at = setting.indexOf("=");
    if (at < 1) command.error(`error: --set takes section.key=value, not '${setting}'`);
    flags[setting.slice(0, at)] = setting.slice(at + 1);
  }
  const file = options.config ?? options.conf;
  return {
    ...(typeof file === "string" && { file }),
    env: deps.env,
    flags,
    onWarning: deps.warn,
  };
}

function attributeOf(command: Command, name: string): string {
  const option = command.options.find((candidate) => candidate.long === `--${name}`);
  return option?.attributeName() ?? name;
}

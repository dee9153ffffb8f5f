/**
 * Reads what was written in the file, the environment and the flags, without judging the values.
 */
import { readFileSync } from "node:fs";
import { parse as parseToml, TomlError } from "smol-toml";
import { fromText, type Leaf } from "./config-leaves.ts";
import { messageOf } from "./errors.ts";

/** A value with where it was written. */
export interface Written {
  readonly source: string;
  readonly value: unknown;
}

export interface ConfigSources {
  /** Path of a TOML file. None means defaults. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Key ("tcp.bind") -> text, as given on the command line. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Called with a line for each retired key in use. Default: standard error. */
  readonly onWarning?: (line: string) => void;
}

interface Names {
  readonly env: Readonly<Record<string, string>>;
  readonly retired: Readonly<Record<string, string>>;
}

/** What each key was set to, the strongest source last; and what could not be understood. */
export function readSources(
  leaves: readonly Leaf[],
  names: Names,
  sources: ConfigSources,
): { written: Map<string, Written>; problems: string[] } {
  const known = new Map(leaves.map((leaf) => [leaf.key, leaf]));
  const written = new Map<string, Written>();
  const problems: string[] = [];
  if (sources.file !== undefined) {
    const warn = sources.onWarning ?? ((line: string) => console.warn(line));
    const file = readFile(sources.file, known, names.retired);
    for (const [key, value] of file.values) written.set(key, { source: sources.file, value });
    for (const line of file.warnings) warn(line);
    problems.push(...file.problems);
  }
  readEnvironment(known, names.env, sources.env, written);
  for (const [key, value] of Object.entries(sources.flags ?? {})) {
    const leaf = known.get(key);
    if (leaf === undefined) problems.push(`flag ${key}: ${unknownKey(key, known)}`);
    else written.set(key, { source: "flag", value: fromText(leaf.schema, value) });
  }
  return { written, problems };
}

/** goim's plain names first, so that GOIM_<SECTION>_<KEY> is the last word. */
function readEnvironment(
  known: ReadonlyMap<string, Leaf>,
  aliases: Names["env"],
  env: ConfigSources["env"],
  written: Map<string, Written>,
): void {
  const names = Object.entries(aliases);
  for (const leaf of known.values()) names.push([leaf.envName, leaf.key]);
  for (const [name, key] of names) {
    const value = env[name];
    const leaf = known.get(key);
    // An empty variable means "not set", as shells and compose files produce it.
    if (value === undefined || value === "" || leaf === undefined) continue;
    written.set(key, { source: `environment ${name}`, value: fromText(leaf.schema, value) });
  }
}

interface FileContent {
  readonly values: Map<string, unknown>;
  readonly warnings: string[];
  readonly problems: string[];
}

function readFile(
  file: string,
  known: ReadonlyMap<string, Leaf>,
  retired: Names["retired"],
): FileContent {
  const content: FileContent = { values: new Map(), warnings: [], problems: [] };
  const retiredUses = new Map<string, string[]>();
  const visit = (value: unknown, path: readonly string[]) => {
    const key = path.join(".");
    const pattern = retiredPattern(retired, key);
    if (known.has(key)) {
      content.values.set(key, value);
    } else if (isTable(value) && pattern !== key) {
      for (const [name, child] of Object.entries(value)) visit(child, [...path, name]);
    } else if (pattern !== undefined) {
      retiredUses.set(pattern, [...(retiredUses.get(pattern) ?? []), key]);
    } else {
      content.problems.push(`${file}: ${key}: ${unknownKey(key, known)}`);
    }
  };
  try {
    const tree = parseToml(readFileSync(file, "utf8"));
    for (const [name, value] of Object.entries(tree)) visit(value, [name]);
  } catch (error) {
    const where = error instanceof TomlError ? `${file}:${error.line}` : file;
    content.problems.push(`${where}: ${messageOf(error).split("\n")[0]}`);
  }
  for (const [pattern, keys] of retiredUses) {
    content.warnings.push(`${file}: ${keys.join(", ")}: ignored; ${retired[pattern]}`);
  }
  return content;
}

/** The name under which a key is retired: its own, or "section.*" for a whole section. */
function retiredPattern(retired: Names["retired"], key: string): string | undefined {
  if (Object.hasOwn(retired, key)) return key;
  return Object.keys(retired).find(
    (pattern) => pattern.endsWith(".*") && key.startsWith(pattern.slice(0, -1)),
  );
}

function isTable(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** Names what the section takes, so that a slip of the pen is found without the documentation. */
function unknownKey(key: string, known: ReadonlyMap<string, Leaf>): string {
  const keys = [...known.keys()];
  if (keys.some((name) => name.startsWith(`${key}.`))) {
    return `this is a section: write its keys below [${key}]`;
  }
  const prefix = key.slice(0, key.lastIndexOf(".") + 1);
  const beside = keys
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  const names = beside.filter((name) => !name.includes("."));
  if (prefix !== "" && names.length > 0) {
    return `unknown key; [${prefix.slice(0, -1)}] takes ${names.join(", ")}`;
  }
  const tops = new Set(keys.map((name) => (name.includes(".") ? `[${name.split(".")[0]}]` : name)));
  return `unknown key; the file takes ${[...tops].join(", ")}`;
}

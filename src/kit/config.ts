/**
 * Configuration of a process: defaults, then a TOML file, then the environment, then flags. Every
 * problem is collected and reported at once, with its source, its value and what is allowed.
 */
import type { z } from "zod";
import { type Leaf, leavesOf, notesOf, type Shape } from "./config-leaves.ts";
import { type ConfigSources, readSources, type Written } from "./config-sources.ts";

export type { ConfigSources } from "./config-sources.ts";
export type { Address } from "./config-values.ts";
export {
  address,
  addresses,
  addressText,
  choice,
  count,
  duration,
  flag,
  ratio,
  size,
  text,
  texts,
} from "./config-values.ts";

export type ProcessName = "comet" | "logic" | "job";
type Values<S extends Shape> = { readonly [K in keyof S]: z.output<S[K]> };

/** What a process can be told. Made by `defineConfig`, read by `loadConfig` and the renderers. */
export interface ConfigSpec<T = unknown> {
  readonly process: ProcessName;
  readonly keys: Shape;
  readonly sections: Shape;
  /** Environment name -> key, for names that do not follow GOIM_<SECTION>_<KEY>. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * goim's keys without a meaning here ("kafka.topic", "kafka.*") -> what stands in their place.
   */
  readonly retired: Readonly<Record<string, string>>;
  /** Problems between keys, one sentence each. A method, so that specs of all processes mix. */
  check?(config: T): readonly string[];
}

/** The type of a loaded configuration: `ConfigOf<typeof cometConfig>`. */
export type ConfigOf<S> = S extends ConfigSpec<infer T> ? T : never;

/**
 * Describes the configuration of a process. Sections are zod strictObjects (a record for free
 * keys), every key has a default and a description. Throws when the description is in itself wrong.
 */
// biome-ignore lint/complexity/noBannedTypes: {} is the neutral element of the intersection below
export function defineConfig<S extends Shape, K extends Shape = {}>(options: {
  readonly process: ProcessName;
  readonly keys?: K;
  readonly sections: S;
  readonly env?: Readonly<Record<string, string>>;
  readonly retired?: Readonly<Record<string, string>>;
  readonly check?: (config: Values<K> & Values<S>) => readonly string[];
}): ConfigSpec<Values<K> & Values<S>> {
  const { process, keys = {}, sections, env = {}, retired = {}, check } = options;
  const spec = { process, keys, sections, env, retired, ...(check && { check }) };
  const known = new Set(leavesOf(spec).map((leaf) => leaf.key));
  for (const [name, key] of Object.entries(env)) {
    if (!known.has(key)) throw new Error(`${name} stands for ${key}, which is no key`);
  }
  for (const key of Object.keys(retired)) {
    if (known.has(key)) throw new Error(`${key} is retired and yet a key`);
  }
  return spec;
}

/** A configuration that cannot be used; the message lists every problem, a line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Reads, merges and checks. Throws `ConfigError` naming every problem. */
export function loadConfig<T>(spec: ConfigSpec<T>, sources: ConfigSources): T {
  return readConfig(spec, sources).config;
}

/** The same, together with where each key that is not at its default was set. */
export function readConfig<T>(
  spec: ConfigSpec<T>,
  sources: ConfigSources,
): { config: T; written: ReadonlyMap<string, Written> } {
  const leaves = leavesOf(spec);
  const { written, problems } = readSources(leaves, spec, sources);
  const tree: Record<string, unknown> = {};
  for (const leaf of leaves) {
    const found = written.get(leaf.key);
    const result = leaf.schema.safeParse(found?.value);
    if (result.success) put(tree, leaf.path, result.data);
    else problems.push(...describeIssues(leaf, found, result.error.issues));
  }
  const config = tree as T;
  if (problems.length === 0) problems.push(...(spec.check?.(config) ?? []));
  if (problems.length > 0) throw new ConfigError(problems);
  return { config, written };
}

function describeIssues(
  leaf: Leaf,
  found: Written | undefined,
  issues: readonly z.core.$ZodIssue[],
): string[] {
  const hidden = notesOf(leaf.schema).secret !== undefined;
  const value = hidden ? "(hidden)" : (JSON.stringify(found?.value) ?? "nothing");
  return issues.map((issue) => {
    const key = [leaf.key, ...issue.path.map(String)].join(".");
    return `${found?.source ?? "default"}: ${key} = ${value}: ${issue.message}`;
  });
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let table = target;
  for (const name of path.slice(0, -1)) {
    table[name] ??= {};
    table = table[name] as Record<string, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) table[last] = value;
}

/** Configuration as TOML: the complete commented default file, and what a process really uses. */
import { stringify } from "smol-toml";
import { type ConfigSources, type ConfigSpec, readConfig } from "./config.ts";
import { kindOf, notesOf, type Shape, shapeOf, writtenDefault } from "./config-leaves.ts";
import { defaultHost } from "./config-values.ts";

const columns = 98;

/**
 * The content of config/<process>.toml: every key with its default, its bounds and what it does.
 */
export function renderDefaults(spec: ConfigSpec<never>): string {
  const head = comment(
    `Configuration of goim ${spec.process}: every key with its default, written from the code by ` +
      "scripts/config.ts. Durations are 200ms, 1s, 4m or a number of milliseconds; sizes 64kb, " +
      "1mb or a number of bytes; addresses host:port, where :3101 means " +
      `${defaultHost}:3101 and port 0 any free one. The environment is stronger than this file: ` +
      "GOIM_<SECTION>_<KEY>, as in GOIM_NATS_URL, with commas between the items of a list. Flags " +
      "are stronger still: --set nats.url=...",
  );
  const render: RenderKey = (key, schema) => ({
    above: comment(keyComment(spec, key, schema)),
    value: writtenDefault(schema),
  });
  return [...head, ...renderShape({ ...spec.keys, ...spec.sections }, [], render), ""].join("\n");
}

/** What a process would use: each key with where its value comes from, secrets masked. */
export function renderEffective(spec: ConfigSpec<never>, sources: ConfigSources): string {
  const { written } = readConfig(spec, sources);
  const render: RenderKey = (key, schema) => {
    const found = written.get(key);
    const value = mask(notesOf(schema).secret, found ? found.value : writtenDefault(schema));
    return { above: [], value, after: found?.source ?? "default" };
  };
  const lines = renderShape({ ...spec.keys, ...spec.sections }, [], render);
  return [...lines.slice(lines[0] === "" ? 1 : 0), ""].join("\n");
}

type RenderKey = (
  key: string,
  schema: Shape[string],
) => { readonly above: readonly string[]; readonly value: unknown; readonly after?: string };

/** Values first, then tables: TOML would read a value below a table as part of it. */
function renderShape(shape: Shape, path: readonly string[], render: RenderKey): string[] {
  const lines: string[] = [];
  const tables: string[] = [];
  for (const [name, schema] of Object.entries(shape)) {
    const here = [...path, name];
    const children = shapeOf(schema);
    const { above, value, after } = render(here.join("."), schema);
    if (children !== undefined) {
      tables.push("", ...above, `[${here.join(".")}]`);
      tables.push(...renderShape(children, here, render));
    } else if (kindOf(schema) === "record") {
      tables.push("", ...above, `[${here.join(".")}]${after ? ` # ${after}` : ""}`);
      const entries = stringify(value ?? {}).trimEnd();
      if (entries !== "") tables.push(entries);
    } else {
      if (above.length > 0) lines.push("", ...above);
      lines.push(`${name} = ${tomlValue(value)}${after ? ` # ${after}` : ""}`);
    }
  }
  return [...lines, ...tables];
}

function keyComment(spec: ConfigSpec<never>, key: string, schema: Shape[string]): string {
  const { description = "", allowed } = notesOf(schema);
  const aliases = Object.entries(spec.env).filter(([, target]) => target === key);
  const names = aliases.map(([name]) => name).join(", ");
  const bounds = allowed === undefined ? "" : ` ${capital(allowed)}.`;
  return `${description}${bounds}${names === "" ? "" : ` Environment: ${names}.`}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function tomlValue(value: unknown): string {
  return stringify({ value })
    .trimEnd()
    .replace(/^value = /, "");
}

function mask(secret: boolean | "url" | undefined, value: unknown): unknown {
  if (secret === undefined || secret === false || value === "") return value;
  if (secret === "url") return String(value).replaceAll(/\/\/[^/@,\s]*@/g, "//***@");
  return "***";
}

function comment(sentences: string): string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of sentences.split(" ").filter((part) => part !== "")) {
    if (line.length + 1 + word.length > columns) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return line === "#" ? lines : [...lines, line];
}

/** The tables of the documents name everything that is in the code, and nothing else. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorTable } from "../src/kit/errors.ts";
import { CloseCode } from "../src/protocol/close-code.ts";
import { Operation } from "../src/protocol/operation.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const filesOf = (folder: string, end: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(end))
    .map((path) => join(folder, path));

/** Cells of all table rows of a document, code blocks aside. */
const rowsOf = (document: string) =>
  document
    .replace(/^```.*?^```/gms, "")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim()));

/** The words of a union type in a source. */
function unionOf(source: string, name: string): string[] {
  const type = new RegExp(`export type ${name} =([^;]+);`).exec(source)?.[1] ?? "";
  return [...type.matchAll(/"(\w+)"/g)].map(([, word = ""]) => word);
}

const protocol = read("docs/protocol.md");

describe("documents", () => {
  it("docs/api.md names each code of errors with its status", () => {
    const named = rowsOf(read("docs/api.md"))
      .filter(([, status]) => /^\d{3}$/.test(status ?? ""))
      .map(([, status, code]) => `${status} ${code}`);
    const codes = Object.entries(errorTable).map(([code, { http }]) => `${http} \`${code}\``);
    expect(named.toSorted()).toEqual(codes.toSorted());
  });

  it("docs/protocol.md names each code of errors, and says whether it passes", () => {
    const named = rowsOf(protocol)
      .filter(([, , again]) => again === "yes" || again === "no")
      .map(([, code, again]) => `${code} ${again}`);
    const codes = Object.entries(errorTable).map(
      ([code, { retry }]) => `\`${code}\` ${retry ? "yes" : "no"}`,
    );
    expect(named.toSorted()).toEqual(codes.toSorted());
  });

  it("docs/protocol.md names each close code", () => {
    const named = rowsOf(protocol).map(([, code]) => Number(code));
    const codes = Object.values(CloseCode).filter((code) => code >= 4000);
    expect(named.filter((code) => code >= 4000).toSorted()).toEqual(codes.toSorted());
  });

  it("docs/protocol.md names each operation", () => {
    const named = new Set<number>();
    for (const [, cell = ""] of rowsOf(protocol)) {
      const [first, last] = /^(\d+)(?:–(\d+))?$/.exec(cell)?.slice(1).map(Number) ?? [];
      for (let op = first ?? 0; op <= (last || (first ?? -1)); op++) named.add(op);
      for (const op of /^(\d+) \/ (\d+)$/.exec(cell)?.slice(1) ?? []) named.add(Number(op));
    }
    const { Handshake, HandshakeReply, ProtoReady, ProtoFinish } = Operation;
    // Names of goim's that are on no wire.
    const inside: number[] = [Handshake, HandshakeReply, ProtoReady, ProtoFinish];
    const missing = Object.entries(Operation).filter(
      ([, op]) => !named.has(op) && !inside.includes(op),
    );
    expect(missing).toEqual([]);
  });

  it("nats/SUBJECTS.md names each subject, stream and bucket", () => {
    const source = read("src/bus/subjects.ts");
    const document = read("nats/SUBJECTS.md");
    const verbs = /goim\.comet\.<id>\.\{([^}]+)\}/.exec(document)?.[1]?.split(",") ?? [];
    expect(verbs.toSorted()).toEqual(unionOf(source, "CometVerb").toSorted());
    const subjects = [...source.matchAll(/`\$\{prefix\}\.([a-z]+(?:\.[a-z]+)*)/g)];
    const buckets = [...document.matchAll(/^\| (`GOIM_[^|]+) \|/gm)].join();
    expect([subjects.length > 15, unionOf(source, "BucketKind").length > 5]).toEqual([true, true]);
    const missing = [
      ...subjects
        .map(([, name]) => `goim.${name}`)
        .filter((name) => !document.includes(`\`${name}`)),
      ...unionOf(source, "StreamKind").filter((kind) => !document.includes(`GOIM_${up(kind)}\``)),
      ...unionOf(source, "BucketKind").filter((kind) => !buckets.includes(`\`GOIM_${up(kind)}\``)),
    ];
    expect(missing).toEqual([]);
  });

  it("docs/adr/README.md links each decision", () => {
    const index = read("docs/adr/README.md");
    const decisions = readdirSync(join(root, "docs/adr")).filter((name) => /^\d/.test(name));
    expect(decisions.length).toBeGreaterThan(5);
    expect(decisions.filter((name) => !index.includes(`](${name})`))).toEqual([]);
  });

  it("keys of the configuration that documents name are in config/", () => {
    const files = ["comet", "logic", "job"].map((name) => `config/${name}.toml`);
    const keys = new Set(files.flatMap(keysOf));
    const sections = new Set([...keys].map((key) => key.split(".")[0] ?? ""));
    const missing = filesOf("docs", ".md").flatMap((path) =>
      [...read(path).matchAll(/`(\w+\.[\w.]+)(?: = [^`]*)?`/g)]
        .map(([, key = ""]) => key)
        .filter((key) => sections.has(key.split(".")[0] ?? "") && !keys.has(key))
        .map((key) => `${path}: ${key}`),
    );
    expect(keys.size).toBeGreaterThan(200);
    expect(missing.filter((name) => !name.endsWith(": room.ready"))).toEqual([]);
  });

  it("metrics that documents name are in the code", () => {
    const code = reachedFrom("src/bin/goim.ts").map(read).join("\n");
    const documents = ["README.md", "ARCHITECTURE.md", ...filesOf("docs", ".md")].map(read).join();
    const names = new Set(
      [...documents.matchAll(/\bgoim_((?:[a-z0-9_]|\{\w+(?:,\w+)+\}_)*[a-z0-9])\b/g)].flatMap(
        ([, name = ""]) => alternatives(name),
      ),
    );
    expect(names.size).toBeGreaterThan(50);
    const isThere = metricsOf(code);
    expect([...names].filter((name) => !isThere(name))).toEqual([]);
  });
});

/** Sections and keys of a configuration file, as `section.key`. */
function keysOf(path: string): string[] {
  let section = "";
  return read(path)
    .split("\n")
    .flatMap((line) => {
      const [, name] = /^\[([\w.]+)\]/.exec(line) ?? [];
      if (name !== undefined) section = name;
      const [, key] = /^(\w+) = /.exec(line) ?? [];
      const own = key === undefined || section === "" ? [] : [`${section}.${key}`];
      return name === undefined ? own : [name];
    });
}

/** The sources that run: what only tests import measures nothing. */
function reachedFrom(entry: string): string[] {
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const [, name = ""] of read(path).matchAll(/(?:from |import\()"(\.[^"]+\.ts)"/g)) {
      reached.add(join(dirname(path), name));
    }
  }
  return [...reached];
}

const up = (word: string) => word.toUpperCase();

/** "a_{b,c}_d" is "a_b_d" and "a_c_d". */
function alternatives(name: string): string[] {
  const [, head, list, tail] = /^(.*?)\{([^}]+)\}(.*)$/.exec(name) ?? [];
  return list === undefined ? [name] : list.split(",").map((word) => `${head}${word}${tail}`);
}

const camelCase = (word: string) => word.replace(/_(\w)/g, (_, letter: string) => up(letter));

/** Whether a name is a literal, or a template whose filled-in words are all words of the code. */
function metricsOf(code: string): (name: string) => boolean {
  const quoted = code.matchAll(/["`]([a-z][a-z0-9_]*)["`]/g);
  const literals = new Set([...quoted].map(([, text]) => text));
  const words = new Set([...code.matchAll(/\b[a-z]\w*\b/g)].map(([word]) => word));
  const isWord = (word: string) => words.has(word) || words.has(camelCase(word));
  const templates = [...code.matchAll(/`([a-z]+_[^`\s]*\$\{[^`\s]*)`/g)].map(([, text = ""]) => {
    const parts = text.split(/\$\{[^}]*\}/);
    return new RegExp(`^${parts.join("([a-z0-9_]+)")}$`);
  });
  return (name) =>
    literals.has(name) ||
    templates.some((template) => {
      const filled = template.exec(name)?.slice(1);
      return filled?.every(isWord) === true;
    });
}

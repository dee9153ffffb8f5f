import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** The TypeScript examples of the guide. */
function examples(): string[] {
  const guide = readFileSync(join(root, "docs", "sdk.md"), "utf8");
  return [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map((match) => match[1] ?? "");
}

/** What the compiler has to say against them, with the project's own strictness. */
function complaints(sources: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const files = new Map(sources.map((text, at) => [join(root, `guide-${at}.ts`), text]));
  const settings = { ...options, paths: { "goim-nats/sdk": [join(root, "src/sdk/index.ts")] } };
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, target) => {
    const text = files.get(path);
    if (text === undefined) return getSourceFile(path, target);
    return ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  return [...files.keys()].flatMap((path) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ messageText }) => {
      return ts.flattenDiagnosticMessageText(messageText, "\n");
    }),
  );
}

it("the examples of the guide are right", { timeout: 60_000 }, () => {
  const found = examples();
  expect(found.length).toBeGreaterThanOrEqual(4);
  // The last one is wrong, and must be the only one that is.
  const said = complaints([...found, `${found[0]}\nclient.connekt();`]);
  expect(said).toEqual([expect.stringContaining("connekt")]);
});

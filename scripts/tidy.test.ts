import { describe, expect, it } from "vitest";
import { findProblems, limits } from "./tidy-rules.ts";

function problems(path: string, content: string | Buffer) {
  const found = findProblems([{ path, content: Buffer.from(content) }]);
  return found.map(({ line, text }) => `${line}: ${text}`);
}

const lines = (count: number, line = "f();") => `${line}\n`.repeat(count);

describe("tidy", () => {
  it("bounds files, functions and lines, at the line and not above", () => {
    expect(problems("a.ts", lines(limits.fileLines))).toEqual([]);
    expect(problems("a.ts", lines(limits.fileLines + 1))).toEqual(["1: 501 lines, allowed 500"]);
    const long = (inner: number) => `\nfunction f() {\n${lines(inner)}}\n`;
    expect(problems("a.ts", long(68))).toEqual([]);
    expect(problems("a.ts", long(69))).toEqual(["2: a function of 71 lines, allowed 70"]);
    expect(problems("a.ts", "x".repeat(100))).toEqual([]);
    expect(problems("a.ts", `\n${"x".repeat(101)}`)).toEqual(["2: 101 columns, allowed 100"]);
    expect(problems("a.ts", "直".repeat(100))).toEqual([]);
  });

  it("lets suites be long, the tests in them not", () => {
    const suite = (inner: string) => `describe("x", () => {\nit("z", f);\n${inner}});\n`;
    const contract = `export function suite() {\n${suite(lines(80))}}\n`;
    expect(problems("a.test.ts", suite(lines(80)))).toEqual([]);
    expect(problems("a.ts", contract)).toEqual([]);
    const test = `it("y", () => {\n${lines(80)}});\n`;
    expect(problems("a.test.ts", suite(test))).toEqual(["3: a function of 82 lines, allowed 70"]);
  });

  it.each([
    `// ${"FIX"}ME later`,
    `// ${"XX"}X`,
    `it.${"only"}("x", f);`,
    `// @ts-${"ignore"}`,
    `"https://registry.${"npmjs"}.org/x"`,
    `const path = "/${"work"}/main/x";`,
    `read("/${"home"}/me/x");`,
    `x as ${"any"};`,
  ])("bans %s", (line) => {
    expect(problems("a.ts", `\n${line}\n`)).toHaveLength(1);
    expect(problems("a.ts", `\n${line}\n`)[0]).toMatch(/^2: /);
  });

  it("wants one top heading a document, code aside", () => {
    expect(problems("a.md", "# A\n\n## B\n```sh\n# comment\n```\n")).toEqual([]);
    expect(problems("a.md", "# A\n\n# B\n")).toEqual(["3: 2 top headings, one is wanted"]);
    expect(problems("a.md", "text\n")).toEqual(["1: 0 top headings, one is wanted"]);
  });

  it("wants links of documents to lead somewhere", () => {
    const linked = (text: string) =>
      findProblems([
        { path: "docs/a.md", content: Buffer.from(`# A b: \`c\`?\n\n${text}\n`) },
        { path: "src/x/y.ts", content: Buffer.from("f();\n") },
        { path: "README.md", content: Buffer.from("# Top\n") },
      ]).map(({ line, text: problem }) => `${line}: ${problem}`);
    expect(linked("[x](../src/x/y.ts) [x](../src/x/) [t](../README.md#top)")).toEqual([]);
    expect(linked("[x](#a-b-c) [web](https://x.example/y)\n```\n[z](z.md)\n```")).toEqual([]);
    expect(linked("[x](y.ts)")).toEqual(["3: a link to nothing: y.ts"]);
    expect(linked("[x](../README.md#end)")).toEqual(["3: a link to no heading: ../README.md#end"]);
  });

  it("refuses large files, but not generated ones", () => {
    const large = Buffer.alloc(limits.fileBytes + 1);
    expect(problems("picture.png", large)).toHaveLength(1);
    expect(problems("package-lock.json", large)).toEqual([]);
    expect(problems("src/protocol/gen/messages.js", large)).toEqual([]);
  });
});

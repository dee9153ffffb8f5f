/** What scripts/tidy.ts checks. Pure: files in, problems out. */
import { posix } from "node:path";
import ts from "typescript";

export interface TidyFile {
  /** Relative to the repository, with "/". */
  readonly path: string;
  readonly content: Buffer;
}

export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export const limits = {
  fileLines: 500,
  functionLines: 70,
  lineColumns: 100,
  fileBytes: 256 * 1024,
  /** `as any` in the whole repository. */
  anyCasts: 0,
} as const;

/** The words are put together here so that this file does not contain them. */
const bannedWords: readonly { readonly pattern: RegExp; readonly name: string }[] = [
  { pattern: new RegExp(`\\b${"FIX"}${"ME"}\\b`), name: "a note to fix something: fix it" },
  { pattern: new RegExp(`\\b${"XX"}X\\b`), name: "three X" },
  { pattern: new RegExp(`\\b(describe|it|test)\\.${"on"}ly\\(`), name: "a test that hides others" },
  { pattern: new RegExp(`@ts-${"ign"}ore|@ts-${"no"}check`), name: "types switched off" },
  {
    pattern: new RegExp(`\\b(registry\\.${"npm"}js|registry\\.${"yarn"}pkg|npm${"mirror"})\\.\\w+`),
    name: "the name of a registry host",
  },
  {
    pattern: new RegExp(`(^|[\\s"'\`(=])/(${"wo"}rk|${"ho"}me|${"Us"}ers|${"tm"}p/b)/`),
    name: "a machine path",
  },
];

const source = /\.(ts|mts|cts|js|mjs|cjs)$/;
const text = /\.(ts|mts|cts|js|mjs|cjs|json|md|toml|proto|conf|yml|yaml|html|css|sh)$|\/[^./]+$/;
const generated = /^src\/protocol\/gen\/|^package-lock\.json$|^LICENSE$/;
/** Tables, links and recorded data may be longer than a line of code. */
const longLines = /\.(md|json|html|toml)$/;

/** Every problem of every file, in order of path and line. */
export function findProblems(files: readonly TidyFile[]): Problem[] {
  const problems = files.flatMap((file) => fileProblems(file));
  const casts = files.flatMap((file) => anyCasts(file));
  if (casts.length > limits.anyCasts) problems.push(...casts);
  problems.push(...linkProblems(files));
  return problems.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

/** One line that says how much was looked at: a check that saw nothing must not look green. */
export function summary(files: readonly TidyFile[], problems: readonly Problem[]): string {
  return `tidy: ${files.length} files, ${problems.length} problems`;
}

function fileProblems(file: TidyFile): Problem[] {
  if (generated.test(file.path)) return [];
  if (file.content.length > limits.fileBytes) {
    return [{ path: file.path, line: 1, text: `larger than ${limits.fileBytes} bytes` }];
  }
  if (!text.test(`/${file.path}`)) return [];
  const content = file.content.toString("utf8");
  const lines = content.split("\n");
  const problems = [...wordProblems(file.path, lines)];
  if (source.test(file.path)) {
    if (lines.length - 1 > limits.fileLines) {
      problems.push(at(file.path, 1, `${lines.length - 1} lines, allowed ${limits.fileLines}`));
    }
    problems.push(...functionProblems(file.path, content));
  }
  if (!longLines.test(file.path)) problems.push(...columnProblems(file.path, lines));
  if (file.path.endsWith(".md")) problems.push(...headingProblems(file.path, lines));
  return problems;
}

function at(path: string, line: number, problem: string): Problem {
  return { path, line, text: problem };
}

function wordProblems(path: string, lines: readonly string[]): Problem[] {
  return lines.flatMap((line, index) =>
    bannedWords
      .filter(({ pattern }) => pattern.test(line))
      .map(({ name }) => at(path, index + 1, `not allowed: ${name}`)),
  );
}

function columnProblems(path: string, lines: readonly string[]): Problem[] {
  return lines.flatMap((line, index) => {
    const columns = [...line].length;
    if (columns <= limits.lineColumns) return [];
    return [at(path, index + 1, `${columns} columns, allowed ${limits.lineColumns}`)];
  });
}

function headingProblems(path: string, lines: readonly string[]): Problem[] {
  let inCode = false;
  const headings: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (/^(```|~~~)/.test(line)) inCode = !inCode;
    else if (!inCode && /^# /.test(line)) headings.push(index + 1);
  }
  if (headings.length === 1) return [];
  return [at(path, headings[1] ?? 1, `${headings.length} top headings, one is wanted`)];
}

/** Links of documents to files, folders and headings of the repository that are not there. */
function linkProblems(files: readonly TidyFile[]): Problem[] {
  const documents = files.filter(({ path }) => path.endsWith(".md"));
  const headings = new Map(documents.map(({ path, content }) => [path, anchorsOf(`${content}`)]));
  const known = new Set(files.map(({ path }) => path));
  for (const path of [...known]) {
    for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) {
      known.add(folder);
    }
  }
  return documents.flatMap(({ path, content }) =>
    proseOf(`${content}`).flatMap((line, index) =>
      [...line.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
        if (/^[a-z]+:/.test(link)) return [];
        const [name = "", anchor] = link.split("#");
        const target = name === "" ? path : posix.join(posix.dirname(path), name);
        const folder = target.replace(/\/$/, "");
        if (!known.has(folder)) return [at(path, index + 1, `a link to nothing: ${link}`)];
        const anchors = headings.get(target);
        if (anchor === undefined || anchors === undefined || anchors.has(anchor)) return [];
        return [at(path, index + 1, `a link to no heading: ${link}`)];
      }),
    ),
  );
}

/** The lines of a document, those of code blocks empty. */
function proseOf(content: string): string[] {
  let inCode = false;
  return content.split("\n").map((line) => {
    const fence = /^(```|~~~)/.test(line);
    if (fence) inCode = !inCode;
    return fence || inCode ? "" : line;
  });
}

/** The names by which links reach the headings of a document. */
function anchorsOf(content: string): Set<string> {
  const titles = proseOf(content).flatMap((line) => /^#+ (.*)/.exec(line)?.[1] ?? []);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_\- ]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Test suites may have any length, each test in them may not. */
function functionProblems(path: string, content: string): Problem[] {
  const tree = ts.createSourceFile(path, content, ts.ScriptTarget.Latest, true);
  const problems: Problem[] = [];
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && !isSuite(node)) {
      const first = lineOf(node.getStart(tree));
      const count = lineOf(node.getEnd()) - first + 1;
      if (count > limits.functionLines) {
        problems.push(
          at(path, first, `a function of ${count} lines, allowed ${limits.functionLines}`),
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return problems;
}

/** The body of `describe`, or a function that declares tests: a contract suite, say. */
function isSuite(node: ts.SignatureDeclaration): boolean {
  const body = "body" in node ? node.body : undefined;
  if (body === undefined || !ts.isBlock(body as ts.Node)) return false;
  return (body as ts.Block).statements.some((statement) => {
    if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) {
      return false;
    }
    return /^(describe|it|test)\b/.test(statement.expression.expression.getText());
  });
}

function anyCasts(file: TidyFile): Problem[] {
  if (!source.test(file.path) || generated.test(file.path)) return [];
  const lines = file.content.toString("utf8").split("\n");
  const cast = new RegExp(`\\bas ${"an"}y\\b`);
  return lines.flatMap((line, index) =>
    cast.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line)
      ? [at(file.path, index + 1, "a cast to any")]
      : [],
  );
}

/**
 * The style of the project as a check: prints file:line for each problem, exits 1 when there is
 * one.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { findProblems, summary, type TidyFile } from "./tidy-rules.ts";

const root = join(import.meta.dirname, "..");

/** Files of the repository: tracked ones and new ones that are not ignored. */
function repositoryFiles(): TidyFile[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  const paths = [...new Set(listed.split("\0"))].filter((path) => path !== "");
  return paths
    .filter((path) => existsSync(join(root, path)) && statSync(join(root, path)).isFile())
    .map((path) => ({ path, content: readFileSync(join(root, path)) }));
}

const files = repositoryFiles();
const problems = findProblems(files);
for (const { path, line, text } of problems) console.log(`${path}:${line}: ${text}`);
console.log(summary(files, problems));
if (problems.length > 0 || files.length === 0) process.exitCode = 1;

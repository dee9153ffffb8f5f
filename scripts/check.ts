/**
 * Everything that must hold before a change lands: types, style, import rules, generated files,
 * then the tests. Each static check counts as one test. The last line is the sum, for CI.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.ts";
import { ensureNatsServer } from "./nats-server.ts";
import { chromium, ensureTool, redisServer } from "./tools.ts";

const root = join(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules", ".bin", name);

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const checks: readonly { name: string; command: string; args: readonly string[] }[] = [
  { name: "types", command: bin("tsc"), args: ["-p", "."] },
  { name: "format and lint", command: bin("biome"), args: ["ci", "--error-on-warnings", "."] },
  { name: "import rules", command: bin("tsx"), args: ["scripts/depcruise.ts"] },
  { name: "tidy", command: bin("tsx"), args: ["scripts/tidy.ts"] },
  { name: "generated code is fresh", command: bin("tsx"), args: ["scripts/proto.ts", "--check"] },
  { name: "config files are fresh", command: bin("tsx"), args: ["scripts/config.ts", "--check"] },
];

function runChecks(count: Count): void {
  for (const { name, command, args } of checks) {
    const run = spawnSync(command, args, { cwd: root, encoding: "utf8" });
    if (run.status === 0) {
      count.passed += 1;
      console.log(`check  ok      ${name}`);
    } else {
      count.failed += 1;
      console.log(`check  FAILED  ${name}\n${run.stdout}${run.stderr}`);
    }
  }
}

/** What one test file came to. */
interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
}

/** One run of vitest; undefined when it ended without a report. */
function vitest(env: NodeJS.ProcessEnv, args: readonly string[]) {
  const file = join(root, ".cache", "vitest.json");
  mkdirSync(join(root, ".cache"), { recursive: true });
  rmSync(file, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const options = { cwd: root, stdio: "inherit", env } as const;
  const { status } = spawnSync(bin("vitest"), ["run", ...reporters, ...args], options);
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as { testResults: FileResult[] };
    const files = new Map(report.testResults.map((result) => [result.name, result]));
    const bad = [...files.values()].filter((result) => result.status !== "passed");
    // An error outside any test fails the run, but no file.
    return { files, bad, broken: status !== 0 && bad.length === 0 };
  } catch {
    console.log(`vitest wrote no report (exit code ${status})`);
    return undefined;
  }
}

/** Files with failures that get a second run. */
const SECOND_RUN_MAX = 6;

/**
 * Runs the tests. With hundreds of server processes on two cores a sound test fails now and then: a
 * file that failed runs once more, alone. A test that passes then is named in the output, because
 * one that needs it is still to be mended; what fails twice has failed.
 */
function runVitest(count: Count, env: NodeJS.ProcessEnv): void {
  const run = vitest(env, []);
  if (run === undefined || run.broken) count.failed += 1;
  if (run === undefined) return;
  const { files, bad } = run;
  if (bad.length > 0 && bad.length <= SECOND_RUN_MAX) {
    console.log(`\nthese files failed and run once more, alone: ${bad.length}`);
    const second = vitest(env, ["--maxWorkers=1", ...bad.map(({ name }) => name)]);
    if (second === undefined || second.broken) count.failed += 1;
    for (const result of bad) {
      const again = second?.files.get(result.name);
      if (again === undefined) continue;
      files.set(result.name, again);
      if (again.status === "passed") tellFlaky(result);
    }
  }
  for (const { assertionResults, status } of files.values()) {
    const failed = assertionResults.filter((result) => result.status === "failed").length;
    const passed = assertionResults.filter((result) => result.status === "passed").length;
    count.passed += passed;
    // A file that fails to load fails no test of its own.
    count.failed += failed === 0 && status !== "passed" ? 1 : failed;
    count.skipped += assertionResults.length - passed - failed;
  }
}

function tellFlaky({ name, assertionResults }: FileResult): void {
  const failed = assertionResults.filter(({ status }) => status === "failed");
  for (const { fullName } of failed) console.log(`flaky  ${fullName}`);
  if (failed.length === 0) console.log(`flaky  ${name}`);
}

/** Prepares, checks and tests. Resolves to the exit code. */
export async function runTests(): Promise<number> {
  const say = (line: string) => console.log(`setup  ${line}`);
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  try {
    const nats = await ensureNatsServer(say);
    say(`nats-server ${nats.version} from ${nats.how}`);
    const env = {
      ...process.env,
      GOIM_NATS_SERVER: nats.path,
      GOIM_REDIS_SERVER: ensureTool(redisServer, say),
      GOIM_CHROMIUM: ensureTool(chromium, say),
      GOIM_TEST_DIST: "1",
    };
    build();
    runChecks(count);
    runVitest(count, env);
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    count.failed += 1;
  }
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
  console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
  return count.failed === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  runChecks(count);
  process.exitCode = count.failed === 0 ? 0 : 1;
}

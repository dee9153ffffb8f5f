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

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
}

function runVitest(count: Count, env: NodeJS.ProcessEnv): void {
  const report = join(root, ".cache", "vitest.json");
  mkdirSync(join(root, ".cache"), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const run = spawnSync(bin("vitest"), ["run", ...reporters], { cwd: root, stdio: "inherit", env });
  let result: VitestReport;
  try {
    result = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  } catch {
    console.log(`vitest wrote no report (exit code ${run.status})`);
    count.failed += 1;
    return;
  }
  count.passed += result.numPassedTests;
  count.failed += result.numFailedTests;
  count.skipped += result.numPendingTests + result.numTodoTests;
  // A file that fails to load, or an error outside any test, fails no test of its own.
  if (run.status !== 0 && result.numFailedTests === 0) count.failed += 1;
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

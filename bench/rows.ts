/**
 * Every row of the budgets that `goim bench` can measure, each several times on a fresh system with
 * default settings, against its budget; a table in Markdown and JSON under bench/results/rows/.
 *
 *     npx tsx bench/rows.ts                     # all, 3 runs of each: about 25 minutes
 *     npx tsx bench/rows.ts room-ws-5k push-1   # some
 *
 * `--runs N`, `--list`; `BENCH_GUARDED=1` as for bench/system.ts. Built processes are needed
 * (`npx tsx scripts/build.ts`). A run in which anything acknowledged was lost, doubled or out of
 * order ends it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Report } from "../src/bench/report.ts";
import type { System } from "../test/harness/cluster.ts";
import { loadArguments, reportOf, startLoadSystem } from "./load.ts";
import { median } from "./results.ts";
import { type Row, rows } from "./row-list.ts";

const oneEach = { comet: 1, logic: 1 };
const guarded = process.env.BENCH_GUARDED === "1";
const folder = join(import.meta.dirname, "results", "rows");

interface Measured {
  readonly row: string;
  readonly command: string;
  readonly load: number;
  readonly reports: readonly Report[];
}

function argumentsOf(system: System, args: readonly string[]): string[] {
  return loadArguments(system, guarded ? [...args, "--text"] : args, oneEach);
}

/** With what stands before it done once, all runs on one system; else each on a fresh one. */
async function measure(row: Row, runs: number): Promise<Report[]> {
  const before = { ...process.env };
  Object.assign(process.env, row.env);
  const reports: Report[] = [];
  const systems = row.before === undefined ? runs : 1;
  try {
    for (let n = 0; n < systems; n++) {
      const system = await startLoadSystem({ store: "kv", workers: oneEach, guarded });
      try {
        for (const args of row.before ?? []) {
          await reportOf(argumentsOf(system, args));
        }
        for (let run = 0; run < runs / systems; run++) {
          const args = typeof row.args === "function" ? row.args(run) : row.args;
          reports.push(await reportOf(argumentsOf(system, args)));
        }
      } finally {
        await system.stop();
      }
    }
  } finally {
    process.env = before;
  }
  return reports;
}

function commandOf({ env = {}, args }: Row): string {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [...settings, "goim bench", ...(typeof args === "function" ? args(0) : args)].join(" ");
}

function digits(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return value >= 10 ? value.toFixed(0) : value.toFixed(value >= 1 ? 1 : 2);
}

/** "38 ms (36 to 41), at most 100: kept". */
function lineOf(row: Row, measured: readonly Report[]): string {
  return row.budgets
    .map(({ what, unit, bound, better, value }) => {
      const values = measured.map((report) => value(report) ?? Number.NaN);
      const middle = median(values);
      const kept = better === "lower" ? middle <= bound : middle >= bound;
      const range = `${digits(Math.min(...values))} to ${digits(Math.max(...values))}`;
      const limit = `${better === "lower" ? "at most" : "at least"} ${digits(bound)}`;
      const verdict = kept ? "kept" : "NOT kept";
      return `${what} **${digits(middle)}** ${unit} (${range}), ${limit}: ${verdict}`;
    })
    .join("; ");
}

function cpuOf(reports: readonly Report[]): string {
  const names = Object.keys(reports[0]?.processes ?? {});
  return names
    .map((name) => {
      const cores = reports.map(({ processes }) => processes[name]?.cores ?? Number.NaN);
      return `${name} ${median(cores).toFixed(2)}`;
    })
    .join(", ");
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "3" },
    list: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !rows.some((row) => row.name === name));
if (values.list || unknown.length > 0) {
  if (unknown.length > 0) console.error(`there is no row ${unknown.join(", ")}`);
  for (const row of rows) console.log(`${row.name.padEnd(16)} ${commandOf(row)}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const measured: Measured[] = [];
const chosen = rows.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
console.log("| row | figures, median of the runs (lowest to highest) | cores | load before |");
console.log("|---|---|---|---|");
for (const row of chosen) {
  const [load = 0] = loadavg();
  const reports = await measure(row, Number(values.runs));
  measured.push({ row: row.name, command: commandOf(row), load, reports });
  const cells = [row.name, lineOf(row, reports), cpuOf(reports), load.toFixed(1)];
  console.log(`| ${cells.join(" | ")} |`);
}
mkdirSync(folder, { recursive: true });
const file = join(folder, `${new Date().toISOString().replaceAll(":", "-")}.json`);
writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
console.error(`saved ${file}`);

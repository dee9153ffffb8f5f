/**
 * `npm run bench`: what a change costs, in under five minutes. Builds, runs short benchmarks on
 * systems of its own (loopback, free ports), prints medians and spreads, saves them under
 * bench/results/ and compares them with the newest saved value of each figure.
 */
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Figure, save, savedRuns, tableOf } from "../bench/results.ts";
import { suite } from "../bench/suite.ts";
import { build } from "./build.ts";

const folder = join(import.meta.dirname, "..", "bench", "results");
const usage = `npm run bench -- [--no-save] [names]
${[...suite].map(([name, { what }]) => `  ${name.padEnd(10)} ${what}`).join("\n")}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    save: { type: "boolean", default: true },
    help: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !suite.has(name));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`there is no ${unknown.join(", ")}`);
  console.log(usage);
  process.exit(unknown.length > 0 ? 2 : 0);
}

build();
const [load = 0] = loadavg();
const at = new Date().toISOString();
const figures: Figure[] = [];
const started = performance.now();
for (const [name, benchmark] of suite) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const from = performance.now();
  figures.push(...(await benchmark.run()));
  console.error(`${name.padEnd(10)} ${((performance.now() - from) / 1000).toFixed(0)} s`);
}
console.log(tableOf(figures, savedRuns(folder)));
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`\n${seconds} s, load average before ${load.toFixed(1)}; below 25 % is noise`);
if (values.save) console.log(`saved ${save(folder, { at, node: process.version, load, figures })}`);

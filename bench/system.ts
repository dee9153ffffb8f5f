/**
 * Starts a system of the built processes on free ports, runs `goim bench` against it with all its
 * addresses and process ids, once for each group of arguments, and ends it:
 *
 *     npx tsx bench/system.ts join --clients 5000 -- join --clients 5000 --ver 2
 *
 * `BENCH_STORE=redis` puts the sessions into Redis; `GOIM_…` of the caller reaches the processes.
 * With `BENCH_COMET_WORKERS=2` or `BENCH_LOGIC_WORKERS=2` there are so many workers, each in the
 * report for itself.
 * `BENCH_GUARDED=1` measures with signed tokens (auth.mode = jwt), a key of the HTTP API with a
 * rate, 10,000 words that are looked for in pushes to rooms too (bodies are text), rate limits.
 * `BENCH_PROFILE=logic,job` writes a V8 CPU profile of each of these (also comet, and the tool as
 * load) into `.cache/profiles`.
 */
import { loadavg } from "node:os";
import { loadArguments, runLoad, startLoadSystem } from "./load.ts";

const known = {
  all: true,
  user: true,
  room: true,
  connect: true,
  storm: true,
  join: true,
  login: true,
  push: true,
};

function groupsOf(args: readonly string[]): string[][] {
  const groups: string[][] = [[]];
  for (const arg of args) {
    if (arg === "--") groups.push([]);
    else groups.at(-1)?.push(arg);
  }
  return groups;
}

const groups = groupsOf(process.argv.slice(2));
const wrong = groups.find(([name = ""]) => !(name in known));
if (wrong !== undefined) throw new Error(`"${wrong[0] ?? ""}" is none of ${Object.keys(known)}`);
const workers = {
  comet: Number(process.env.BENCH_COMET_WORKERS ?? 1),
  logic: Number(process.env.BENCH_LOGIC_WORKERS ?? 1),
};
const store = process.env.BENCH_STORE === "redis" ? "redis" : "kv";
const guarded = process.env.BENCH_GUARDED === "1";
const system = await startLoadSystem({ store, workers, guarded });
try {
  for (const args of groups) {
    const [one = 0] = loadavg();
    console.log(`\n$ goim bench ${args.join(" ")}   (load average before: ${one.toFixed(1)})`);
    const { code } = await runLoad(
      loadArguments(system, guarded ? [...args, "--text"] : args, workers),
      {
        keep: false,
      },
    );
    if (code !== 0) process.exitCode = code;
  }
} finally {
  await system.stop();
}

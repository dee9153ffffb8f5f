/**
 * Starts a system of the built processes on free ports, runs `goim bench` against it with all its
 * addresses and process ids, once for each group of arguments, and ends it:
 *
 *     npx tsx bench/system.ts join --clients 5000 -- join --clients 5000 --ver 2
 *
 * Groups with a + between them run at the same time: the second begins when the first has pushed,
 * and should end before it:
 *
 *     npx tsx bench/system.ts room --clients 15000 --duration 25s + user --rate 200 --duration 10s
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

function splitAt(mark: string, args: readonly string[]): string[][] {
  const groups: string[][] = [[]];
  for (const arg of args) {
    if (arg === mark) groups.push([]);
    else groups.at(-1)?.push(arg);
  }
  return groups;
}

const groups = splitAt("--", process.argv.slice(2)).map((args) => splitAt("+", args));
const wrong = groups.flat().find(([name = ""]) => !(name in known));
if (wrong !== undefined) throw new Error(`"${wrong[0] ?? ""}" is none of ${Object.keys(known)}`);
const workers = {
  comet: Number(process.env.BENCH_COMET_WORKERS ?? 1),
  logic: Number(process.env.BENCH_LOGIC_WORKERS ?? 1),
};
const store = process.env.BENCH_STORE === "redis" ? "redis" : "kv";
const guarded = process.env.BENCH_GUARDED === "1";
const system = await startLoadSystem({ store, workers, guarded });

/** Runs the first, and the others beside it as soon as it pushes. */
async function run([args = [], ...beside]: readonly string[][]): Promise<void> {
  const [one = 0] = loadavg();
  console.log(`\n$ goim bench ${args.join(" ")}   (load average before: ${one.toFixed(1)})`);
  let others: Promise<void> | undefined;
  const onPushed = () => {
    others ??= run(beside);
  };
  const texts = guarded ? [...args, "--text"] : args;
  const { code } = await runLoad(loadArguments(system, texts, workers), {
    keep: false,
    ...(beside.length > 0 ? { onPushed } : {}),
  });
  if (code !== 0) process.exitCode = code;
  await others;
}

try {
  for (const group of groups) await run(group);
} finally {
  await system.stop();
}

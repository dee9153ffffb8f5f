/**
 * Starts a system of the built processes on free ports, runs `goim bench` against it with all its
 * addresses and process ids, once for each group of arguments, and ends it:
 *
 *     npx tsx bench/system.ts join --clients 5000 -- join --clients 5000 --ver 2
 *
 * `BENCH_STORE=redis` puts the sessions into Redis; `GOIM_…` of the caller reaches the processes.
 */
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { ensureNatsServer } from "../scripts/nats-server.ts";
import { type System, startSystem } from "../test/harness/cluster.ts";

const known = {
  all: true,
  user: true,
  room: true,
  connect: true,
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

function bench(system: System, args: readonly string[]): Promise<number> {
  const [comet] = system.comets;
  const [logic] = system.logics;
  const [job] = system.jobs;
  const tcp = args.includes("tcp");
  const pids = `comet=${comet.pid},logic=${logic.pid},job=${job.pid},nats=${system.nats.pid}`;
  const where = ["--logic", logic.http, "--pids", pids];
  const clients = ["--url", tcp ? comet.tcp : comet.ws];
  clients.push("--admin", [comet.admin, logic.admin, job.admin].join(","));
  const all = [...args, ...where, ...(args[0] === "push" ? [] : clients)];
  const load = spawn(
    process.execPath,
    [process.env.BENCH_GOIM ?? "dist/bin/goim.js", "bench", ...all],
    {
      stdio: ["ignore", "inherit", process.env.BENCH_QUIET === "1" ? "ignore" : "inherit"],
    },
  );
  return new Promise((resolve) => load.once("close", (code) => resolve(code ?? 1)));
}

const groups = groupsOf(process.argv.slice(2));
const wrong = groups.find(([name = ""]) => !(name in known));
if (wrong !== undefined) throw new Error(`"${wrong[0] ?? ""}" is none of ${Object.keys(known)}`);
process.env.GOIM_TEST_DIST = "1";
process.env.GOIM_NATS_SERVER = (await ensureNatsServer(() => {})).path;
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => {
    const own = name.startsWith("GOIM_") && !/^GOIM_(TEST_|NATS_)/.test(name);
    return own && value !== undefined ? [[name, value]] : [];
  }),
);
const store = process.env.BENCH_STORE === "redis" ? "redis" : "kv";
const system = await startSystem({ store, env });
try {
  for (const args of groups) {
    const [one = 0] = loadavg();
    console.log(`\n$ goim bench ${args.join(" ")}   (load average before: ${one.toFixed(1)})`);
    const code = await bench(system, args);
    if (code !== 0) process.exitCode = code;
  }
} finally {
  await system.stop();
}

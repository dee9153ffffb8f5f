/**
 * `npm run soak`: comets, logics and jobs, two of each, on one nats-server, a load on one room over
 * both comets, and on request processes killed in the middle. Fails when anything acknowledged is
 * lost, doubled or out of order. Says at the end what became of every process's memory. Loopback
 * only; ends what it started.
 */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { type System, startSystem } from "../test/harness/cluster.ts";
import { build } from "./build.ts";
import { watchMemory } from "./memory-watch.ts";
import { ensureNatsServer } from "./nats-server.ts";

const usage = `npm run soak -- [--clients 1000] [--rate 40] [--seconds 60] [--kill job,logic]
  --transport ws|tcp   --store kv|redis   --each 2
  --warm-up 60         seconds from the first login that are left out of the trend of memory
  --kill NAMES         kill -9 these (job, logic, nats) one after the other in the middle and start
                       them again; pushes go to the logic that stays`;

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "1000" },
    rate: { type: "string", default: "40" },
    seconds: { type: "string", default: "60" },
    transport: { type: "string", default: "ws" },
    store: { type: "string", default: "kv" },
    each: { type: "string", default: "2" },
    "warm-up": { type: "string", default: "60" },
    kill: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

const EVERY_MS = 5000;
/** Collections come minutes apart at a low rate: a floor is looked for in so much, or in a sixth. */
const WINDOW_MS = 300_000;
const WINDOWS = 6;

/** Of those that run now: a process that was killed has another id since. */
function pidsOf({ comets, logics, jobs, nats }: System): Map<string, number> {
  const pids = new Map<string, number>();
  for (const one of [...comets, ...logics, ...jobs]) if (one.alive) pids.set(one.name, one.pid);
  if (nats.pid !== undefined) pids.set("nats", nats.pid);
  return pids;
}

/** Starts `goim bench room` over both comets; resolves to its exit code. */
function startLoad(system: System): Promise<number> {
  const urls = system.comets.map((comet) => (values.transport === "tcp" ? comet.tcp : comet.ws));
  const target = system.logics.at(-1)?.http ?? "";
  const args = ["dist/bin/goim.js", "bench", "room", "--logic", target, "--url", urls.join(",")];
  args.push("--transport", String(values.transport), "--clients", String(values.clients));
  args.push("--rate", String(values.rate), "--duration", `${values.seconds}s`);
  const pids = [...pidsOf(system)].map(([name, pid]) => `${name}=${pid}`);
  args.push("--pids", pids.join(","), "--settle", "20s");
  const load = spawn(process.execPath, args, { stdio: "inherit" });
  process.once("exit", () => load.kill());
  return new Promise((resolve) => load.once("close", (code) => resolve(code ?? 1)));
}

async function killInTurn(system: System, names: readonly string[], stepMs: number): Promise<void> {
  for (const name of names) {
    await new Promise((resolve) => setTimeout(resolve, stepMs));
    console.log(`soak   killing ${name}`);
    if (name === "nats") await system.nats.restart();
    else {
      const victim = name === "job" ? system.jobs[0] : system.logics[0];
      await victim.kill9();
      await victim.restart();
    }
    console.log(`soak   ${name} is back`);
  }
}

async function soak(): Promise<number> {
  const nats = await ensureNatsServer((line) => console.log(`setup  ${line}`));
  process.env.GOIM_NATS_SERVER = nats.path;
  process.env.GOIM_TEST_DIST = "1";
  build();
  const names = String(values.kill).split(",").filter(Boolean);
  const wrong = names.find((name) => !["job", "logic", "nats"].includes(name));
  if (wrong !== undefined)
    throw new Error(`--kill ${wrong}: it takes job, logic and nats\n${usage}`);
  const store = values.store === "redis" ? "redis" : "kv";
  const each = Number(values.each);
  const system = await startSystem({ comets: each, logics: each, jobs: each, store });
  const warmUpMs = Number(values["warm-up"]) * 1000;
  const windowMs = Math.min(WINDOW_MS, (Number(values.seconds) * 1000 - warmUpMs) / WINDOWS);
  const sampling = { everyMs: EVERY_MS, warmUpMs, windowMs };
  const memory = watchMemory(() => pidsOf(system), sampling);
  try {
    const stepMs = (Number(values.seconds) * 1000) / (names.length + 1);
    const [code] = await Promise.all([startLoad(system), killInTurn(system, names, stepMs)]);
    for (const line of memory.stop()) console.log(line);
    return code;
  } finally {
    memory.stop();
    await system.stop();
  }
}

// What runs for it ends with it ("exit"), however it ends.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
if (values.help) console.log(usage);
else process.exitCode = await soak();

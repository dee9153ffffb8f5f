/**
 * Measures the costs that `goim capacity` reckons with (src/capacity/costs.ts):
 *
 *     npx tsx bench/costs.ts
 *
 * A few short runs on a system of its own; what a process uses when nothing happens is taken off.
 */
import type { Report } from "../src/bench/report.ts";
import { usageOf } from "../src/bench/usage.ts";
import type { System } from "../test/harness/cluster.ts";
import { loadArguments, runLoad, startLoadSystem } from "./load.ts";

const oneEach = { comet: 1, logic: 1 };
const names = ["comet", "logic", "job", "nats"] as const;
type Name = (typeof names)[number];
type Cpu = Readonly<Record<Name, number>>;

interface Run {
  readonly report: Report;
  /** CPU seconds while messages went. */
  readonly cpu: Cpu;
  /** Writes to sockets over the whole run. */
  readonly sends: number;
}

function ofEach(value: (name: Name) => number): Cpu {
  const [comet, logic, job, nats] = [value("comet"), value("logic"), value("job"), value("nats")];
  return { comet, logic, job, nats };
}

async function sendsOf(system: System): Promise<number> {
  const page = await (await fetch(`${system.comets[0].admin}/metrics`)).text();
  return Number(/^goim_comet_sends_total (\S+)$/m.exec(page)?.[1] ?? 0);
}

async function run(system: System, command: string): Promise<Run> {
  const args = loadArguments(system, [...command.split(" "), "--json"], oneEach);
  const before = await sendsOf(system);
  const { code, stdout } = await runLoad(args, { keep: true });
  if (code !== 0) throw new Error(`${command} ended with ${code}\n${stdout}`);
  const report = JSON.parse(stdout) as Report;
  const cpu = ofEach((name) => report.processes[name]?.cpuSeconds ?? 0);
  return { report, cpu, sends: (await sendsOf(system)) - before };
}

/** CPU seconds per second of each process with nothing to do. */
async function idleOf(system: System): Promise<Cpu> {
  const pids: Record<Name, number> = {
    comet: system.comets[0].pid,
    logic: system.logics[0].pid,
    job: system.jobs[0].pid,
    nats: system.nats.pid ?? 0,
  };
  const seconds = 5;
  const before = ofEach((name) => usageOf(pids[name]).cpuSeconds);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return ofEach((name) => (usageOf(pids[name]).cpuSeconds - before[name]) / seconds);
}

/** Microseconds for each of `count` things in a run that took so many seconds, idle use off. */
const each = (cpu: number, idle: number, seconds: number, count: number) =>
  ((cpu - idle * seconds) * 1e6) / count;

function print(what: string, micros: number): void {
  console.log(`${what.padEnd(44)} ${micros.toFixed(1)} us`);
}

const seconds = 5;
const system = await startLoadSystem({ store: "kv", workers: oneEach });
try {
  await run(system, "room --clients 500 --rate 100 --duration 2s");
  const idle = await idleOf(system);
  for (const name of names) console.log(`idle ${name.padEnd(39)} ${idle[name].toFixed(4)} cores`);

  const push = await run(system, `push --rooms 1000 --rate 1500 --duration ${seconds}s`);
  const pushes = push.report.push?.sent ?? 1;
  for (const name of ["logic", "job", "nats"] as const) {
    print(
      `${name}, a push to one of many rooms`,
      each(push.cpu[name], idle[name], seconds, pushes),
    );
  }
  const few = await run(system, `room --clients 10 --rate 400 --duration ${seconds}s`);
  const messages = few.report.push?.sent ?? 1;
  const perMessage = each(few.cpu.comet, idle.comet, seconds, messages);
  for (const name of ["logic", "job", "nats"] as const) {
    print(`${name}, a push to one room`, each(few.cpu[name], idle[name], seconds, messages));
  }
  for (const transport of ["ws", "tcp"]) {
    const many = await run(
      system,
      `room --clients 4000 --rate 40 --duration ${seconds}s --transport ${transport}`,
    );
    const perSend = each(many.cpu.comet, idle.comet, seconds, many.sends);
    print(`comet, a send over ${transport}`, perSend);
    if (transport === "ws") {
      print("comet, a message of a room", perMessage - (few.sends / messages) * perSend);
    }
  }
  const user = await run(system, `user --clients 500 --rate 400 --duration ${seconds}s`);
  const users = user.report.push?.sent ?? 1;
  for (const name of names) {
    print(`${name}, a push to one user`, each(user.cpu[name], idle[name], seconds, users));
  }
  const { report } = await run(system, "connect --clients 5000 --duration 500ms");
  const { connected = 1, seconds: took = 1 } = report.connect ?? {};
  for (const name of names) {
    const used = report.loginProcesses?.[name]?.cpuSeconds ?? 0;
    print(`${name}, a login`, each(used, idle[name], took, connected));
  }
} finally {
  await system.stop();
}

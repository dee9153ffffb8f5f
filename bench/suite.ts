/** The benchmarks of `npm run bench`: each a few short runs, each giving a few figures. */
import type { Report } from "../src/bench/report.ts";
import { loadArguments, reportOf, startLoadSystem } from "./load.ts";
import { coalescer, codec, type Micro } from "./micro.ts";
import type { Figure } from "./results.ts";

/** Runs of a system whose median counts. */
const RUNS = 3;
const oneEach = { comet: 1, logic: 1 };

export interface Benchmark {
  readonly what: string;
  run(): Promise<Figure[]>;
}

type Values = Readonly<Record<string, number | undefined>>;

interface Loaded {
  readonly what: string;
  readonly args: readonly string[];
  /** "p50 | ms" -> its value in one report. A name with "/s" is better when higher. */
  readonly values: (report: Report) => Values;
}

const micro = (what: string, calls: Micro): Benchmark => ({
  what,
  run: async () =>
    Object.entries(calls).map(([name, measure]) => ({
      name: `${what.split(":")[0]}: ${name}`,
      unit: "ns",
      better: "lower",
      values: measure(),
    })),
});

/** CPU microseconds of a process for each of `count`. */
function microsOf(
  { processes }: Pick<Report, "processes">,
  process: string,
  count: number | undefined,
): number | undefined {
  const used = processes[process];
  return used === undefined || !count ? undefined : (used.cpuSeconds * 1e6) / count;
}

const delivered = (report: Report): Values => ({
  "p50 | ms": report.deliveries?.latency.p50,
  "p99 | ms": report.deliveries?.latency.p99,
  "comet | CPU us/delivery": microsOf(report, "comet", report.deliveries?.delivered),
});

const connected = ({ connect, loginProcesses = {} }: Report): Values => {
  const logins = { processes: loginProcesses };
  return {
    "rate | logins/s": connect?.perSecond,
    "comet | CPU us/login": microsOf(logins, "comet", connect?.connected),
    "logic | CPU us/login": microsOf(logins, "logic", connect?.connected),
  };
};

const loads: Readonly<Record<string, Loaded>> = {
  commit: {
    what: "pushes to one room, 64 at a time, stored and answered",
    args: ["push", "--connections", "64", "--duration", "3s"],
    values: (report) => ({
      "rate | answers/s": report.push?.perSecond,
      "logic | CPU us/push": microsOf(report, "logic", report.push?.sent),
      "nats | CPU us/push": microsOf(report, "nats", report.push?.sent),
    }),
  },
  job: {
    what: "pushes to 1,000 rooms at a steady rate: what spreading them costs",
    args: ["push", "--rooms", "1000", "--rate", "2000", "--duration", "3s"],
    values: (report) => ({ "job | CPU us/push": microsOf(report, "job", report.push?.sent) }),
  },
  room: {
    what: "2,000 clients in one room, 40 messages a second",
    args: ["room", "--clients", "2000", "--rate", "40", "--duration", "4s"],
    values: delivered,
  },
  user: {
    what: "200 users, 200 messages a second to one each",
    args: ["user", "--clients", "200", "--rate", "200", "--duration", "4s"],
    values: delivered,
  },
  connect: {
    what: "3,000 logins, as fast as answers come",
    args: ["connect", "--clients", "3000", "--duration", "500ms"],
    values: connected,
  },
  login: {
    what: "500 logins of users for whom 10 messages wait",
    args: ["login", "--clients", "500", "--waiting", "10"],
    values: (report) => ({
      "rate | logins/s": report.stored?.completePerSecond,
      "all is there, p50 | ms": report.stored?.last.p50,
      "logic | CPU us/login": microsOf(report, "logic", report.stored?.complete),
    }),
  },
};

function memory(transport: "ws" | "tcp"): Loaded {
  return {
    what: `4,000 idle clients over ${transport}, one fresh comet for each run`,
    args: ["connect", "--clients", "4000", "--duration", "500ms", "--transport", transport],
    values: (report) => ({
      [`${transport} | bytes/connection`]: report.processes.comet?.bytesPerConnection,
    }),
  };
}

/** All runs on one system, or each on one of its own. */
async function measure(name: string, load: Loaded, fresh: boolean): Promise<Figure[]> {
  const values = new Map<string, number[]>();
  const systems = fresh ? RUNS : 1;
  for (let n = 0; n < systems; n++) {
    const system = await startLoadSystem({ store: "kv", workers: oneEach });
    try {
      // The first run of a process is that of a cold one; only memory is asked of those.
      if (!fresh) await reportOf(loadArguments(system, load.args, oneEach));
      for (let run = 0; run < RUNS / systems; run++) {
        const found = load.values(await reportOf(loadArguments(system, load.args, oneEach)));
        for (const [key, value] of Object.entries(found)) {
          if (value !== undefined) values.set(key, [...(values.get(key) ?? []), value]);
        }
      }
    } finally {
      await system.stop();
    }
  }
  return [...values].map(([key, list]) => {
    const [figure = key, unit = ""] = key.split(" | ");
    const better = unit.endsWith("/s") ? "higher" : "lower";
    return { name: `${name}: ${figure}`, unit, better, values: list };
  });
}

const loaded = Object.entries(loads).map(([name, load]): [string, Benchmark] => [
  name,
  { what: load.what, run: () => measure(name, load, false) },
]);

/** By name, in the order of a whole run. */
export const suite: ReadonlyMap<string, Benchmark> = new Map([
  ["codec", micro("codec: packets to bytes and back", codec)],
  ["coalescer", micro("coalescer: the decision when a room is flushed", coalescer)],
  ...loaded,
  [
    "memory",
    {
      what: "what an idle connection takes",
      run: async () => [
        ...(await measure("memory", memory("ws"), true)),
        ...(await measure("memory", memory("tcp"), true)),
      ],
    },
  ],
]);

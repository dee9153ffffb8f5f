/** The budgets of the design that `goim bench` can measure, with what each is read from. */
import type { Report } from "../src/bench/report.ts";

export interface Budget {
  readonly what: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly bound: number;
  readonly value: (report: Report) => number | undefined;
}

export interface Row {
  readonly name: string;
  /** Settings of the system, where they are not the default. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs that come before on the same system, once. */
  readonly before?: readonly (readonly string[])[];
  /** Of `goim bench`; of each run where they differ. */
  readonly args: readonly string[] | ((run: number) => readonly string[]);
  readonly budgets: readonly Budget[];
}

const MIB = 1024 * 1024;

const atMost = (what: string, unit: string, bound: number, value: Budget["value"]): Budget => {
  return { what, unit, bound, value, better: "lower" };
};

const atLeast = (what: string, unit: string, bound: number, value: Budget["value"]): Budget => {
  return { what, unit, bound, value, better: "higher" };
};

const p50 = (bound: number) =>
  atMost("p50", "ms", bound, (report) => report.deliveries?.latency.p50);
const p99 = (bound: number) =>
  atMost("p99", "ms", bound, (report) => report.deliveries?.latency.p99);
const cometCores = (bound: number) =>
  atMost("comet", "cores", bound, (report) => report.processes.comet?.cores);
const cometPerMillion = (bound: number) =>
  atMost("comet", "CPU-s per million", bound, (report) => {
    return report.processes.comet?.cpuSecondsPerMillionDeliveries;
  });

const words = (text: string): string[] => text.split(" ");

function room(name: string, args: string, budgets: readonly Budget[], env = {}): Row {
  return { name, env, args: ["room", ...words(args)], budgets };
}

const fixed = { GOIM_ROOM_COALESCE: "fixed" };

const rooms: readonly Row[] = [
  room("room-ws-1k", "--clients 1000 --duration 8s", [p50(20)]),
  room("room-ws-5k", "--clients 5000 --duration 10s", [p50(100), cometCores(0.45)]),
  room("room-ws-15k", "--clients 15000 --duration 8s", [p50(190), cometCores(0.85)]),
  room("room-tcp-5k", "--transport tcp --clients 5000 --duration 10s", [
    p50(130),
    cometCores(0.45),
  ]),
  room("room-tcp-15k", "--transport tcp --clients 15000 --duration 8s", [
    p50(250),
    cometCores(0.85),
  ]),
  room("fixed-ws-5k", "--clients 5000 --duration 10s", [cometPerMillion(0.52)], fixed),
  room("fixed-ws-15k", "--clients 15000 --duration 8s", [cometPerMillion(0.52)], fixed),
  room(
    "fixed-tcp-5k",
    "--transport tcp --clients 5000 --duration 10s",
    [cometPerMillion(0.7)],
    fixed,
  ),
  room(
    "fixed-tcp-15k",
    "--transport tcp --clients 15000 --duration 8s",
    [cometPerMillion(0.62)],
    fixed,
  ),
  room("saturation", "--clients 5000 --rate 800 --duration 6s", [cometPerMillion(0.22)]),
  {
    name: "all-5k",
    args: words("all --clients 5000 --rate 5 --duration 8s"),
    budgets: [p50(25), cometPerMillion(8)],
  },
  room("lone", "--clients 3 --rate 2 --duration 10s", [p50(3)]),
];

const users: readonly Row[] = [
  {
    name: "user-mids",
    args: words("user --clients 1000 --rate 200 --duration 10s"),
    budgets: [p50(2), p99(5)],
  },
  {
    name: "user-keys",
    args: words("user --by keys --clients 1000 --rate 200 --duration 10s"),
    budgets: [p50(2), p99(5)],
  },
];

const pushRate = (bound: number) =>
  atLeast("answers", "a second", bound, ({ push }) => push?.perSecond);

const pushes: readonly Row[] = [
  { name: "push-1", args: words("push --rooms 1 --duration 6s"), budgets: [pushRate(25_000)] },
  { name: "push-100", args: words("push --rooms 100 --duration 6s"), budgets: [pushRate(12_000)] },
];

const connectRate = atLeast("logins", "a second", 7000, ({ connect }) => connect?.perSecond);
const memory = (bound: number): readonly Budget[] => [
  atMost("a connection", "KB", bound, ({ processes: { comet } }) => {
    return comet?.bytesPerConnection === undefined ? undefined : comet.bytesPerConnection / 1024;
  }),
  atMost("comet without them", "MiB", 90, ({ processes: { comet }, connect }) => {
    if (comet?.bytesPerConnection === undefined || connect === undefined) return undefined;
    return (comet.rssBytes - comet.bytesPerConnection * connect.connected) / MIB;
  }),
];

const logins: readonly Row[] = [
  {
    name: "connect-ws",
    args: words("connect --clients 10000 --duration 1s"),
    budgets: [connectRate, ...memory(5)],
  },
  {
    name: "connect-tcp",
    args: words("connect --transport tcp --clients 10000 --duration 1s"),
    budgets: [connectRate, ...memory(9)],
  },
  {
    name: "login-near",
    before: [words("login --clients 100000 --waiting 10 --no-login --mid-base 1000000")],
    // Other users each time: who has logged in has nothing waiting any more.
    args: (run) =>
      words(`login --clients 10000 --waiting 10 --no-store --mid-base ${1_000_000 + run * 20_000}`),
    budgets: [atLeast("logins", "a second", 2000, ({ stored }) => stored?.completePerSecond)],
  },
  {
    name: "login-scattered",
    before: [
      words("login --clients 10000 --waiting 100 --order scattered --no-login --mid-base 1000000"),
    ],
    args: (run) => [
      ...words("login --clients 2000 --waiting 100 --order scattered --concurrency 256 --no-store"),
      ...words(`--mid-base ${1_000_000 + run * 3_000}`),
    ],
    budgets: [atLeast("logins", "a second", 500, ({ stored }) => stored?.completePerSecond)],
  },
  {
    name: "join",
    // A million messages in the same stream, and then a room of 1,000.
    before: [words("push --room-type video --rooms 1000 --duration 80s")],
    args: words("join --clients 200 --stored 1000 --within 4s --rate 40 --duration 6s"),
    budgets: [
      atMost("the first has all after", "ms", 200, ({ stored }) => stored?.last.max),
      atMost("p50 of all", "ms", 5, ({ stored }) => stored?.last.p50),
    ],
  },
  {
    name: "storm-5k",
    args: words("storm --clients 5000 --storm 10000 --duration 12s"),
    budgets: [
      atMost("p99 during over before", "times", 3, ({ storm }) => {
        return storm === undefined ? undefined : storm.during.p99 / storm.before.p99;
      }),
    ],
  },
];

/** In the order in which they are measured. */
export const rows: readonly Row[] = [...rooms, ...users, ...pushes, ...logins];

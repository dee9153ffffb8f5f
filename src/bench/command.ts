import { type Command, Option } from "commander";
import { benchJoin } from "./join.ts";
import { benchLogin, type LoginOptions } from "./login.ts";
import {
  type CommonOptions,
  commonOptions,
  header,
  oneOf,
  pids,
  type RawOptions,
  time,
  whole,
  words,
} from "./options.ts";
import { brokenPromise, type Report, reportText } from "./report.ts";
import {
  benchAll,
  benchConnect,
  benchPush,
  benchRoom,
  benchUser,
  type RunDeps,
} from "./scenarios.ts";
import { benchStorm } from "./storm.ts";

const HOUR_MS = 3_600_000;

const examples = `
Examples:
  goim bench room --clients 5000 --rate 40 --duration 30s
  goim bench room --transport tcp --url tcp://127.0.0.1:3101 --json
  goim bench all --clients 5000 --rate 5
  goim bench user --by keys --clients 200 --rate 200
  goim bench room --clients 1000 --size 4096 --duration 60s --stalled 1
  goim bench join --clients 5000 --stored 1000 --within 5s --ver 2
  goim bench login --clients 10000 --waiting 10
  goim bench connect --clients 10000 --connect-rate 2000 --pids comet=1234
  goim bench storm --clients 1000 --storm 10000
  goim bench push --connections 64 --rooms 100`;

/** Adds `goim bench room|all|user|join|login|connect|storm|push`: load from outside. */
export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("load a running system and measure it from outside")
    .addHelpText("after", examples);

  withClients(bench.command("room").description("clients in one room, messages to that room"))
    .option("--rate <n>", "messages per second", whole(1, 100_000), 40)
    .option("--stalled <n>", "clients that read nothing until all is pushed", whole(0, 1000), 0)
    .action((raw: RawOptions & { stalled: number }) =>
      run(raw, (options, deps) => benchRoom({ ...options, stalled: raw.stalled }, deps)),
    );

  withClients(bench.command("all").description("broadcasts to all clients"))
    .option("--rate <n>", "messages per second", whole(1, 100_000), 5)
    .action((raw: RawOptions) => run(raw, benchAll));

  withClients(bench.command("user").description("messages to single users"))
    .option("--rate <n>", "messages per second over all users", whole(1, 100_000), 200)
    .option("--by <what>", "mids or keys", oneOf("mids", "keys"), "mids")
    .option("--mid-base <n>", "mid of the first client", whole(1, 2 ** 40), 1_000_000)
    .action((raw: RawOptions & { by: "mids" | "keys"; midBase: number }) =>
      run(raw, (common, deps) => benchUser({ ...common, by: raw.by, midBase: raw.midBase }, deps)),
    );

  withClients(bench.command("join").description("newcomers in a room that has a history"), 5000)
    .option("--rate <n>", "live messages per second", whole(1, 100_000), 40)
    .option("--stored <n>", "messages that the room has already", whole(1, 100_000), 1000)
    .option("--within <time>", "time over which the clients come", time(100, HOUR_MS), 5000)
    .action((raw: RawOptions & { stored: number; within: number }) => {
      const roomType = raw.roomType === "test" ? "video" : raw.roomType;
      const more = { stored: raw.stored, withinMs: raw.within };
      return run({ ...raw, roomType }, (options, deps) => benchJoin({ ...options, ...more }, deps));
    });

  withClients(bench.command("login").description("logins of users for whom messages wait"))
    .option("--waiting <n>", "messages that wait for each", whole(1, 1000), 10)
    .option("--order <how>", "near or scattered", oneOf("near", "scattered"), "near")
    .option("--concurrency <n>", "logins under way at a time", whole(1, 10_000), 64)
    .option("--mid-base <n>", "mid of the first client", whole(1, 2 ** 40), 1_000_000)
    .option("--no-store", "an earlier run has stored them")
    .option("--no-login", "only store them")
    .action((raw: RawOptions & Pick<LoginOptions, LoginOnly>) => {
      const { waiting, order, concurrency, midBase, store, login } = raw;
      const more = { waiting, order, concurrency, midBase, store, login };
      return run(raw, (options, deps) => benchLogin({ ...options, ...more }, deps));
    });

  withClients(bench.command("storm").description("a storm of logins beside a busy room"))
    .option("--rate <n>", "messages per second to the room", whole(1, 100_000), 40)
    .option("--storm <n>", "clients that come at once, to no room", whole(1, 100_000), 10_000)
    .action((raw: RawOptions & { storm: number }) =>
      run(raw, (options, deps) => benchStorm({ ...options, storm: raw.storm }, deps)),
    );

  withClients(bench.command("connect").description("logins, and memory per connection")).action(
    (raw: RawOptions) => run(raw, benchConnect),
  );

  common(bench.command("push").description("the push API alone"))
    .option("--rate <n>", "pushes per second; 0 = as fast as answers come", whole(0, 1_000_000), 0)
    .option("--rooms <n>", "rooms to push to in turn", whole(1, 100_000), 1)
    .action((raw: RawOptions & { rooms: number }) =>
      run({ ...raw, transport: "ws", clients: 1 }, (options, deps) =>
        benchPush({ ...options, rooms: raw.rooms }, deps),
      ),
    );
}

type LoginOnly = "waiting" | "order" | "concurrency" | "midBase" | "store" | "login";

function common(command: Command): Command {
  return command
    .option("--logic <url>", "push API", "http://127.0.0.1:3111")
    .addOption(
      new Option("--api-key <key>", "key of the HTTP API, if it asks for one")
        .env("GOIM_API_KEY")
        .argParser(header),
    )
    .addOption(
      new Option("--hs256 <secret>", "sign the clients' tokens with it").env("GOIM_AUTH_HS256"),
    )
    .option("--text", "bodies that are text, which moderation looks into", false)
    .option("--duration <time>", "how long to push (connect: to stay)", time(100, HOUR_MS), 10_000)
    .option("--connections <n>", "connections to the push API", whole(1, 1024), 64)
    .option("--size <bytes>", "bytes of a message", whole(24, 65_536), 64)
    .option("--operation <n>", "operation of the messages", whole(18, 2 ** 31 - 1), 1000)
    .option("--room <name>", "room", "bench")
    .option("--room-type <type>", "type of the room", "test")
    .option("--pids <list>", "processes to watch: comet=123,nats=456", pids, new Map())
    .option("--json", "report as JSON on stdout", false)
    .option("--allow-remote", "allow addresses that are not this machine's", false);
}

function withClients(command: Command, clients = 1000): Command {
  return common(command)
    .option("--transport <name>", "ws or tcp", oneOf("ws", "tcp"), "ws")
    .option("--url <urls>", "comet addresses, comma separated (default: goim's port here)", words)
    .option("--clients <n>", "clients", whole(1, 200_000), clients)
    .option("--ver <n>", "protocol version of the clients: 1 or 2", oneOf("1", "2"), "1")
    .option("--admin <urls>", "admin addresses to read counters from, comma separated", words)
    .option(
      "--connect-rate <n>",
      "logins per second; 0 = as fast as answers come",
      whole(0, 100_000),
      0,
    )
    .option("--settle <time>", "wait so long for what is missing", time(100, HOUR_MS), 10_000)
    .option("--workers <n>", "threads for the clients", whole(1, 32), 2);
}

/** Runs one scenario; exit code 1 = something acknowledged was lost, doubled or reordered. */
async function run(
  raw: RawOptions,
  scenario: (options: CommonOptions, deps: RunDeps) => Promise<Report>,
): Promise<void> {
  const options = commonOptions(raw);
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once("SIGINT", abort);
  try {
    const report = await scenario(options, { progress: process.stderr, signal: stop.signal });
    process.stdout.write(
      `${options.json ? JSON.stringify(report, null, 2) : reportText(report)}\n`,
    );
    if (brokenPromise(report) || report.connect?.connected === 0) process.exitCode = 1;
  } finally {
    process.off("SIGINT", abort);
  }
}

/**
 * `npm run chaos`: the whole system under load while its parts are killed, stopped, cut off and
 * emptied, in an order that a seed decides; then a check of what was acknowledged against what each
 * client saw. Loopback only; ends what it started.
 */
import { parseArgs } from "node:util";
import { type Report, run } from "../test/chaos/run.ts";
import { type FaultName, isFaultName, usualFaults } from "../test/chaos/schedule.ts";
import { build } from "./build.ts";
import { ensureNatsServer } from "./nats-server.ts";

const usage = `npm run chaos -- [--seed N] [--minutes 1] [--cluster] [--store kv|redis]
  --faults a,b       only these of: ${usualFaults.join(", ")};
                     lose-mailboxes on request: users' messages are only checked for order then
  --every 3          mean seconds between two faults
  --clients 50,200   clients of version 1 and of version 2
  --rates 40,30      messages per second to rooms and to users
  --grace 90         most seconds for what is owed, after everything is healed
  --no-mailboxes     users' messages are only checked for order
  --runs 1           further runs with the seeds that follow
  --logs FILE        the logs of all processes when a promise was broken
  --json             a report as JSON, one line per run`;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string", default: "1" },
    cluster: { type: "boolean", default: false },
    store: { type: "string", default: "kv" },
    faults: { type: "string", default: usualFaults.join(",") },
    every: { type: "string", default: "3" },
    clients: { type: "string", default: "50,200" },
    rates: { type: "string", default: "40,30" },
    grace: { type: "string", default: "90" },
    runs: { type: "string", default: "1" },
    "no-mailboxes": { type: "boolean", default: false },
    logs: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (text !== "" && Number.isFinite(number) && number >= 0) return number;
  throw new Error(`--${name} ${text}: it is a number\n${usage}`);
}

function pairOf(name: string, text: string): [number, number] {
  const [first = "", second = ""] = text.split(",");
  return [numberOf(name, first), numberOf(name, second)];
}

function faultNames(): FaultName[] {
  return values.faults.split(",").map((name) => {
    if (isFaultName(name)) return name;
    throw new Error(`--faults ${name}: there is no such fault\n${usage}`);
  });
}

function print(report: Report): void {
  if (values.json) {
    const violations = report.violations.map(({ message: _message, ...rest }) => rest);
    console.log(JSON.stringify({ ...report, violations }));
    return;
  }
  const { ok, seed, story, violations: _violations, ...rest } = report;
  for (const [name, value] of Object.entries(rest)) console.log(name, JSON.stringify(value));
  if (story !== "") console.log(`\n${story}\n`);
  console.log(ok ? `seed ${seed}: no violation` : `seed ${seed}: FAILED`);
}

async function chaos(): Promise<number> {
  const say = (line: string) => values.json || console.log(line);
  const nats = await ensureNatsServer((line) => say(`setup  ${line}`));
  process.env.GOIM_NATS_SERVER = nats.path;
  process.env.GOIM_TEST_DIST = "1";
  build();
  const first = numberOf("seed", values.seed);
  const [version1, version2] = pairOf("clients", values.clients);
  const [roomRate, userRate] = pairOf("rates", values.rates);
  let failed = 0;
  for (let seed = first; seed < first + numberOf("runs", values.runs); seed++) {
    say(`seed   ${seed}`);
    const report = await run({
      ...{ seed, version1, version2, roomRate, userRate, cluster: values.cluster },
      ms: numberOf("minutes", values.minutes) * 60_000,
      mailboxes: !values["no-mailboxes"],
      store: values.store === "redis" ? "redis" : "kv",
      faults: faultNames(),
      everyMs: numberOf("every", values.every) * 1000,
      graceMs: numberOf("grace", values.grace) * 1000,
      logsTo: values.logs,
      say,
    });
    print(report);
    if (!report.ok) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}

if (values.help) console.log(usage);
else process.exitCode = await chaos();

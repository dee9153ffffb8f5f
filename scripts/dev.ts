/**
 * The whole system on one machine: nats-server, logic, job, comet and the demo page, supervised.
 * Every address comes from the environment (README, "Addresses"), so that several can run beside
 * each other.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ProcessName } from "../src/kit/config.ts";
import { nodeArgumentsOf } from "../src/kit/node-arguments.ts";
import { build } from "./build.ts";
import { type Address, holderOf, isBusy, parseAddress } from "./busy-port.ts";
import { Child } from "./child.ts";
import { say } from "./console.ts";
import { type DemoServer, startDemo } from "./demo-server.ts";
import { ensureNatsServer } from "./nats-server.ts";

const root = join(import.meta.dirname, "..");
const entry = join(root, "dist", "bin", "goim.js");

/** Above the processes' own drain timeout, so that they normally end by themselves. */
const STOP_GRACE_MS = 15_000;
const READY_POLL_MS = 200;
const READY_TRY_MS = 1_000;

/** Environment name, default, and what listens there. */
const addresses = {
  GOIM_COMET_TCP: ["127.0.0.1:3101", "clients over TCP"],
  GOIM_COMET_WS: ["127.0.0.1:3102", "clients over WebSocket"],
  GOIM_LOGIC_HTTP: ["127.0.0.1:3111", "push API"],
  GOIM_COMET_ADMIN: ["127.0.0.1:3109", "comet's health and metrics"],
  GOIM_LOGIC_ADMIN: ["127.0.0.1:3119", "logic's health and metrics"],
  GOIM_JOB_ADMIN: ["127.0.0.1:3129", "job's health and metrics"],
  GOIM_DEMO_HTTP: ["127.0.0.1:1999", "demo page"],
} as const;

type AddressName = keyof typeof addresses;

/** `${process} ${listener}` of a "listening" log line -> the address that it really has. */
type Bound = Map<string, string>;

function settingOf(name: AddressName): string {
  return process.env[name] ?? addresses[name][0];
}

function natsPort(): number {
  return parseAddress(`127.0.0.1:${process.env.GOIM_NATS_PORT ?? "4222"}`).port;
}

/** Says of each busy address who holds it. */
async function refuseBusyPorts(): Promise<void> {
  const wanted: { name: string; address: Address }[] = Object.keys(addresses).map((name) => ({
    name,
    address: parseAddress(settingOf(name as AddressName)),
  }));
  if (process.env.GOIM_NATS_URL === undefined) {
    wanted.push({ name: "GOIM_NATS_PORT", address: { host: "127.0.0.1", port: natsPort() } });
  }
  const problems: string[] = [];
  for (const { name, address } of wanted) {
    if (!(await isBusy(address))) continue;
    const where = `${address.host}:${address.port}`;
    problems.push(`${where} is taken by ${holderOf(address.port)}; set ${name} to another one`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n       "));
}

function natsChild(binary: string, port: number, state: string, onHopeless: () => void): Child {
  const store = join(state, "nats");
  mkdirSync(store, { recursive: true });
  const args = ["-n", "goim", "-a", "127.0.0.1", "-p", String(port), "-js", "-sd", store];
  const spec = {
    name: "nats",
    command: binary,
    args,
    env: {},
    onLine: () => {},
  };
  return new Child(spec, say, onHopeless);
}

/** One comet here: clients find it where they have found logic, on the ports that it listens on. */
function toldToClients(): Record<string, string> {
  const ports = {
    GOIM_NODE_TCP_PORT: String(parseAddress(settingOf("GOIM_COMET_TCP")).port),
    GOIM_NODE_WS_PORT: String(parseAddress(settingOf("GOIM_COMET_WS")).port),
  };
  const told = { GOIM_NODE_WEB_HOST: "caller", ...ports };
  return Object.fromEntries(
    Object.entries(told).filter(
      ([name, value]) => process.env[name] === undefined && value !== "0",
    ),
  );
}

function goimChild(
  name: ProcessName,
  natsUrl: string,
  bound: Bound,
  onHopeless: () => void,
): Child {
  const env: Record<string, string> = { GOIM_NATS_URL: natsUrl, GOIM_LOG_PRETTY: "false" };
  if (name === "comet" && process.env.GOIM_COMET_ID === undefined) env.GOIM_COMET_ID = "comet-1";
  if (name === "logic") Object.assign(env, toldToClients());
  const onLine = (line: string) => {
    if (!line.includes('"listen"')) return;
    const record = JSON.parse(line) as { listen?: string; address?: string };
    if (record.listen && record.address) bound.set(`${name} ${record.listen}`, record.address);
  };
  const args = [...nodeArgumentsOf(name), entry, name];
  const spec = { name, command: process.execPath, args, env, onLine };
  return new Child(spec, say, onHopeless);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(READY_TRY_MS) })).ok;
  } catch {
    return false;
  }
}

async function allReady(bound: Bound): Promise<boolean> {
  for (const name of ["logic", "job", "comet"]) {
    const admin = bound.get(`${name} admin`);
    if (admin === undefined || !(await answers(`http://${admin}/readyz`))) return false;
  }
  return true;
}

function printReady(bound: Bound, natsUrl: string, demo: DemoServer): void {
  const rows = [
    ["demo page", `http://${demo.address}/`],
    ["push API", `http://${bound.get("logic http")}/goim/push/room`],
    ["WebSocket", `ws://${bound.get("comet ws")}/sub`],
    ["TCP", `${bound.get("comet tcp")}`],
    ["NATS", natsUrl],
    ...["comet", "logic", "job"].map((name) => [
      `${name} admin`,
      `http://${bound.get(`${name} admin`)}/metrics`,
    ]),
  ];
  for (const [what, where] of rows) console.log(`  ${what?.padEnd(12)} ${where}`);
  console.log("ready  Ctrl-C drains and stops everything");
}

/** Drains in the order in which work flows, so that nothing waits for somebody already gone. */
function stopOnSignal(children: Child[], demo: DemoServer): (code: number) => void {
  let stopping = false;
  const stop = (code: number) => {
    if (stopping) {
      for (const child of children) child.kill();
      process.exit(1);
    }
    stopping = true;
    void (async () => {
      say("start", "draining");
      await demo.stop();
      for (const child of [...children].reverse()) await child.stop(STOP_GRACE_MS);
      say("start", "stopped");
      process.exit(code);
    })();
  };
  process.on("SIGINT", () => stop(0));
  process.on("SIGTERM", () => stop(0));
  return stop;
}

async function prepareNats(): Promise<{ url: string; binary?: string }> {
  const given = process.env.GOIM_NATS_URL;
  if (given !== undefined) {
    say("nats", `using the running server at ${given} (GOIM_NATS_URL)`);
    return { url: given };
  }
  const server = await ensureNatsServer((line) => say("nats", line));
  say("nats", `nats-server ${server.version} from ${server.how}`);
  return { url: `nats://127.0.0.1:${natsPort()}`, binary: server.path };
}

/** Starts everything; returns when it is ready and leaves it running. */
export async function startAll(): Promise<void> {
  try {
    await refuseBusyPorts();
    build();
  } catch (error) {
    console.error(`start  ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
  const nats = await prepareNats();
  const bound: Bound = new Map();
  const children: Child[] = [];
  const demo = await startDemo(parseAddress(settingOf("GOIM_DEMO_HTTP")), {
    logic: () => bound.get("logic http"),
    websocket: () => bound.get("comet ws"),
  });
  const stop = stopOnSignal(children, demo);
  const onHopeless = () => stop(1);
  const state = process.env.GOIM_STATE ?? join(root, ".state");
  if (nats.binary !== undefined) {
    children.push(natsChild(nats.binary, natsPort(), state, onHopeless));
  }
  for (const name of ["logic", "job", "comet"] as const) {
    children.push(goimChild(name, nats.url, bound, onHopeless));
  }
  for (const child of children) child.start();
  while (!(await allReady(bound))) {
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  printReady(bound, nats.url, demo);
}

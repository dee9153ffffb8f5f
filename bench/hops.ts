/**
 * Where the time of a message goes: runs one load on a system of its own, as bench/system.ts does,
 * with every process and thread writing down when a message passes its sockets, and prints how
 * long each hop takes: the median, the 90th and 99th percentile, and what the slowest messages
 * spent where.
 *
 *     npx tsx bench/hops.ts room --clients 3 --rate 2 --duration 10s
 *     npx tsx bench/hops.ts user --clients 1000 --rate 200 --duration 10s
 *
 * `BENCH_KEEP=1` keeps what was written down and says where.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadArguments, runLoad, startLoadSystem } from "./load.ts";

interface Event {
  readonly way: "read" | "write" | "gc";
  readonly at: number;
  readonly key?: string;
  readonly due?: number;
  readonly line?: string;
  /** Stream and sequence of a delivery or an acknowledgement. */
  readonly stored?: string;
  readonly ms?: number;
}

interface Written {
  readonly name: string;
  readonly thread: number;
  readonly events: readonly Event[];
}

/** When a message passed the places, in milliseconds. */
type Passage = Map<string, number>;

interface Collection {
  readonly name: string;
  readonly at: number;
  readonly ms: number;
}

/** A place, and the one from which on its time counts. */
type Step = readonly [place: string, from: string];

const answered: readonly Step[] = [
  ["load: request written", "due"],
  ["logic: body read", "load: request written"],
  ["logic: publish written", "logic: body read"],
  ["logic: ack read", "logic: publish written"],
  ["logic: answer written", "logic: ack read"],
  ["load: answer read", "logic: answer written"],
  ["job: message read", "logic: publish written"],
];
const received: readonly Step[] = [
  ["comet: socket written", "comet: read"],
  ["client: message read", "comet: socket written"],
];
const kinds: Readonly<Record<"room" | "mids" | "keys", readonly Step[]>> = {
  room: [
    ...answered,
    ["job: cast written", "job: message read"],
    ["comet: read", "job: cast written"],
    ...received,
  ],
  mids: [
    ...answered,
    ["job: mailbox written", "job: message read"],
    ["job: mailbox ack read", "job: mailbox written"],
    ["job: sessions read", "job: mailbox ack read"],
    ["job: request written", "job: mailbox ack read"],
    ["comet: read", "job: request written"],
    ...received,
  ],
  keys: [
    ...answered,
    ["job: sessions read", "job: message read"],
    ["job: request written", "job: message read"],
    ["comet: read", "job: request written"],
    ...received,
  ],
};

function placeOf({ name, thread }: Written, { way, line = "" }: Event): string | undefined {
  if (name === "load") {
    if (thread > 0) return way === "read" ? "client: message read" : undefined;
    if (line === "answer") return "load: answer read";
    return way === "write" ? "load: request written" : undefined;
  }
  if (name === "logic") {
    if (line === "answer") return "logic: answer written";
    if (line.startsWith("ack GOIM_")) return "logic: ack read";
    return way === "read" ? "logic: body read" : "logic: publish written";
  }
  if (name === "comet") return way === "read" ? "comet: read" : "comet: socket written";
  if (name !== "job") return undefined;
  if (line.startsWith("session ")) return "job: sessions read";
  if (line.startsWith("ack KV_GOIM_MAILBOX")) return "job: mailbox ack read";
  if (way === "read") return line.includes(".push.") ? "job: message read" : undefined;
  if (line.startsWith("$KV.GOIM_MAILBOX")) return "job: mailbox written";
  if (line.includes(".comet.")) return "job: request written";
  return line.includes(".room.") || line.endsWith(".all") ? "job: cast written" : undefined;
}

/** Every message's passages; those of the acks are found by what is stored. */
function passagesOf(all: readonly Written[]): Map<string, Passage> {
  const passages = new Map<string, Passage>();
  const byStored = new Map<string, string>();
  const later: { written: Written; event: Event }[] = [];
  const set = (key: string, place: string | undefined, at: number) => {
    const passage = passages.get(key) ?? new Map<string, number>();
    passages.set(key, passage);
    if (place !== undefined && !passage.has(place)) passage.set(place, at);
  };
  for (const written of all) {
    for (const event of written.events) {
      const { key, due, stored = "", at } = event;
      if (key === undefined) {
        later.push({ written, event });
        continue;
      }
      if (due !== undefined) set(key, "due", due);
      if (written.name === "job" && stored !== "") byStored.set(stored, key);
      set(key, placeOf(written, event), at);
    }
  }
  for (const { written, event } of later) {
    const place = placeOf(written, event);
    const key = byStored.get(event.stored ?? "");
    if (place === "logic: ack read" && key !== undefined) set(key, place, event.at);
    else if (written.name === "job") nearest(passages, place, event);
  }
  return passages;
}

/** Acks and session records carry no message: they belong to the youngest one that waits. */
function nearest(passages: Map<string, Passage>, place: string | undefined, { at }: Event): void {
  if (place === undefined) return;
  const before = place === "job: mailbox ack read" ? "job: mailbox written" : "job: message read";
  const after = "job: request written";
  let best: Passage | undefined;
  let bestAt = Number.NEGATIVE_INFINITY;
  for (const passage of passages.values()) {
    const from = passage.get(before) ?? Number.POSITIVE_INFINITY;
    const to = passage.get(after) ?? Number.NEGATIVE_INFINITY;
    if (from > at || to < at || from < bestAt || passage.has(place)) continue;
    [best, bestAt] = [passage, from];
  }
  best?.set(place, at);
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function row(place: string, steps: readonly { took: number; at: number }[]): string {
  const took = steps.map((step) => step.took).sort((a, b) => a - b);
  const at = steps.map((step) => step.at).sort((a, b) => a - b);
  const times = [...[0.5, 0.9, 0.99].map((part) => percentile(took, part)), percentile(at, 0.5)];
  const cells = times.map((time) => time.toFixed(2).padStart(10));
  return `${place.padEnd(32)}${cells.join("")}${String(steps.length).padStart(10)}`;
}

function kindOf(passage: Passage): keyof typeof kinds {
  if (passage.has("job: cast written")) return "room";
  return passage.has("job: mailbox written") ? "mids" : "keys";
}

/** Steps of one message that it has both ends of. */
function stepsOf(passage: Passage): { place: string; took: number; at: number }[] {
  const due = passage.get("due") ?? 0;
  return kinds[kindOf(passage)].flatMap(([place, from]) => {
    const [to, since] = [passage.get(place), passage.get(from)];
    if (to === undefined || since === undefined) return [];
    return [{ place, took: to - since, at: to - due }];
  });
}

function report(passages: readonly Passage[], collections: readonly Collection[]): void {
  const done = passages.filter((passage) => passage.has("client: message read"));
  const columns = ["p50", "p90", "p99", "since due", "messages"].map((name) => name.padStart(10));
  for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
    const steps = done.filter((passage) => kindOf(passage) === kind).flatMap(stepsOf);
    if (steps.length === 0) continue;
    console.log(`\n${`${kind}: ms from the step before`.padEnd(32)}${columns.join("")}`);
    for (const [place] of kinds[kind]) {
      const own = steps.filter((step) => step.place === place);
      console.log(row(place, own));
    }
  }
  slowest(done, collections);
}

const SHOWN = 12;

/** What the slowest messages spent where, above the median of each step. */
function slowest(done: readonly Passage[], collections: readonly Collection[]): void {
  const total = (passage: Passage) =>
    (passage.get("client: message read") ?? 0) - (passage.get("due") ?? 0);
  const sorted = done.toSorted((a, b) => total(b) - total(a));
  console.log("\nthe slowest, with their longest steps (ms) and what was collected meanwhile");
  for (const passage of sorted.slice(0, SHOWN)) {
    const steps = stepsOf(passage).toSorted((a, b) => b.took - a.took);
    const longest = steps.slice(0, 3).map(({ place, took }) => `${place} ${took.toFixed(1)}`);
    const [from, to] = [passage.get("due") ?? 0, passage.get("client: message read") ?? 0];
    const during = collections.filter(({ at, ms }) => at < to && at + ms > from);
    const gc = during.map(({ name, ms }) => `${name} ${ms.toFixed(1)}`).join(", ");
    const second = ((from / 1000) % 100).toFixed(3);
    console.log(
      `${total(passage).toFixed(1).padStart(6)} at ${second}  ${longest.join("; ")}  gc: ${gc}`,
    );
  }
}

const args = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "goim-hops-"));
process.env.BENCH_HOPS = folder;
const workers = { comet: 1, logic: 1 };
const system = await startLoadSystem({ store: "kv", workers });
try {
  const { code } = await runLoad(loadArguments(system, args, workers), { keep: false });
  if (code !== 0) process.exitCode = code;
} finally {
  await system.stop();
}
const all = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Written,
);
if (process.env.BENCH_KEEP === undefined) rmSync(folder, { recursive: true });
else console.log(`events: ${folder}`);
const collections = all.flatMap(({ name, events }) =>
  events.flatMap(({ way, at, ms = 0 }) => (way === "gc" ? [{ name, at, ms }] : [])),
);
report([...passagesOf(all).values()], collections);

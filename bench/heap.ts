/**
 * Where the bytes of an idle connection are: heap snapshots of a comet before and with so many idle
 * clients: what grew for each client, by constructor, and texts and numbers by who holds them.
 *
 *     npx tsx bench/heap.ts --clients 2000 --transport tcp
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureNatsServer } from "../scripts/nats-server.ts";
import { Fleet } from "../src/bench/fleet.ts";
import { usageOf } from "../src/bench/usage.ts";
import { startSystem } from "../test/harness/cluster.ts";
import { waitFor } from "../test/harness/wait.ts";

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "2000" },
    transport: { type: "string", default: "ws" },
    rows: { type: "string", default: "40" },
  },
});
const clients = Number(values.clients);
const transport = values.transport === "tcp" ? "tcp" : "ws";

interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: string[];
      readonly node_types: [string[]];
      readonly edge_fields: string[];
      readonly edge_types: [string[]];
    };
  };
  readonly nodes: number[];
  readonly edges: number[];
  readonly strings: string[];
}

interface Kind {
  count: number;
  bytes: number;
}

/** Kinds of which the holder says more than the kind does. */
const held = new Set(["string", "concatenated string", "number"]);

/** Objects and their own bytes by constructor; texts and numbers by who holds them first. */
function kindsOf(file: string): Map<string, Kind> {
  const { snapshot, nodes, edges, strings } = JSON.parse(readFileSync(file, "utf8")) as Snapshot;
  const { node_fields: fields, edge_fields: edgeFields } = snapshot.meta;
  const [types] = snapshot.meta.node_types;
  const [edgeTypes] = snapshot.meta.edge_types;
  const of = (at: number, field: string) => nodes[at + fields.indexOf(field)] ?? 0;
  const typeOf = (at: number) => types[of(at, "type")] ?? "";
  const nameOf = (at: number) => (strings[of(at, "name")] ?? "").slice(0, 40);
  const holders = new Map<number, string>();
  let edge = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    const end = edge + of(at, "edge_count") * edgeFields.length;
    for (; edge < end; edge += edgeFields.length) {
      const [type = 0, name = 0, to = 0] = edges.slice(edge, edge + 3);
      if (!held.has(typeOf(to)) || holders.has(to)) continue;
      const owner = typeOf(at) === "object" ? nameOf(at) : `(${typeOf(at)})`;
      const property = edgeTypes[type] === "property" ? `.${strings[name]}` : "";
      holders.set(to, `${owner}${property}`);
    }
  }
  const kinds = new Map<string, Kind>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const type = typeOf(at);
    const own = type === "object" || type === "native" ? nameOf(at) : `(${type})`;
    const key = held.has(type) ? `${own} of ${holders.get(at) ?? "nobody"}` : own;
    const found = kinds.get(key) ?? { count: 0, bytes: 0 };
    found.count++;
    found.bytes += of(at, "self_size");
    kinds.set(key, found);
  }
  return kinds;
}

const folder = mkdtempSync(join(tmpdir(), "goim-heap-"));

/** Asks for a snapshot, which also collects garbage, and waits until it is whole. */
async function snapshotOf(pid: number): Promise<Map<string, Kind>> {
  const before = new Set(readdirSync(folder));
  process.kill(pid, "SIGUSR2");
  return waitFor(
    () => {
      const file = readdirSync(folder).find((name) => !before.has(name));
      return file === undefined ? undefined : kindsOf(join(folder, file));
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
}

process.env.GOIM_TEST_DIST = "1";
process.env.GOIM_NATS_SERVER = (await ensureNatsServer(() => {})).path;
const options = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`;
const system = await startSystem({ envOf: { "comet-1": { NODE_OPTIONS: options } } });
const [comet] = system.comets;
const url = new URL(transport === "ws" ? comet.ws : comet.tcp);
const makeFleet = (count: number) =>
  new Fleet({
    token: '{"mid":%m,"key":"","room_id":"live://one","platform":"bench","accepts":[]}',
    targets: [{ transport, host: url.hostname, port: Number(url.port), path: url.pathname }],
    ...{ midBase: 1, streams: "shared", stalled: 0, version: 1, run: 0, connectRate: 0 },
    ...{ clients: count, workers: 1, connectingMax: 64, loginTimeoutMs: 30_000 },
  });
try {
  // What the first clients alone cause (code, tables) is not theirs.
  const warm = makeFleet(50);
  await warm.connected();
  const before = await snapshotOf(comet.pid);
  const rssBefore = usageOf(comet.pid).rssBytes;
  const fleet = makeFleet(clients);
  await fleet.connected();
  const rss = (usageOf(comet.pid).rssBytes - rssBefore) / clients;
  const after = await snapshotOf(comet.pid);
  const rows = [...after]
    .map(([name, kind]) => {
      const { count = 0, bytes = 0 } = before.get(name) ?? {};
      return { name, count: (kind.count - count) / clients, bytes: (kind.bytes - bytes) / clients };
    })
    .sort((a, b) => b.bytes - a.bytes);
  const heap = rows.reduce((sum, row) => sum + row.bytes, 0);
  console.log(`${clients} idle clients over ${transport}: RSS ${Math.round(rss)} bytes each,`);
  console.log(`of which live in V8's heap ${Math.round(heap)}:\n`);
  console.log("| constructor | objects | bytes |\n|---|---|---|");
  for (const { name, count, bytes } of rows.slice(0, Number(values.rows))) {
    console.log(`| ${name} | ${count.toFixed(2)} | ${bytes.toFixed(0)} |`);
  }
  await Promise.all([fleet.close(), warm.close()]);
} finally {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
}

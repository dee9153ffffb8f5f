/**
 * CPU of logic for a message that a client publishes, without moderation's rules and with them, in
 * turns in one system of the built processes:
 *
 *     npx tsx scripts/build.ts && npx tsx bench/publish.ts
 */
import { randomInt } from "node:crypto";
import { usageOf } from "../src/bench/usage.ts";
import { connectV2, type V2Client } from "../test/harness/client-v2.ts";
import { startLoadSystem } from "./load.ts";

const CLIENTS = 200;
const RATE = 5;
const ROUND_MS = 4_000;
const ROUNDS = 2;
const ROOM = "live://bench";

const character = () => String.fromCharCode(0x4e00 + randomInt(3_500));
const textOf = (length: number) => Array.from({ length }, character).join("");
const words = new Set<string>();
// Long enough that a random text has none by chance: what is done then is another matter.
while (words.size < 10_000) words.add(textOf(3 + randomInt(4)));

const system = await startLoadSystem({ store: "kv", workers: { comet: 1, logic: 1 } });
const [logic] = system.logics;
const { pid = 0 } = logic;

async function call(method: string, path: string, body?: object): Promise<void> {
  const response = await fetch(`${logic.http}/api/v1/moderation${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
}

/** Until logic acts by what was said last. */
async function settled(): Promise<void> {
  for (;;) {
    const response = await fetch(`${logic.http}/api/v1/moderation`);
    if (((await response.json()) as { building: number }).building === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
}

const scope = { kind: "all" };
const window = { max: 100_000, windowMs: 1_000 };
const policy = { userRate: window, roomRate: window, repeat: window, links: "deny" };

async function rules(on: boolean): Promise<void> {
  await call("PUT", "/limits", { scope, policy: on ? policy : {} });
  if (on) await call("PUT", "/words/bench", { scope, action: "mask", words: [...words] });
  else await call("DELETE", "/words/bench").catch(() => {});
  await settled();
}

/** Microseconds of logic's CPU for each message. */
async function round(clients: readonly V2Client[]): Promise<{ micros: number; messages: number }> {
  const before = usageOf(pid).cpuSeconds;
  const until = performance.now() + ROUND_MS;
  let messages = 0;
  const failures = new Map<string, number>();
  await Promise.all(
    clients.map(async (client) => {
      let due = performance.now() + randomInt(1_000 / RATE);
      while (due < until) {
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
        due += 1_000 / RATE;
        try {
          await client.publish({ room: ROOM, op: 1000 }, textOf(200));
          messages++;
        } catch (error) {
          const text = error instanceof Error ? error.message : String(error);
          failures.set(text, (failures.get(text) ?? 0) + 1);
        }
      }
    }),
  );
  if (failures.size > 0) console.log("refused:", ...failures);
  return { micros: ((usageOf(pid).cpuSeconds - before) * 1e6) / messages, messages };
}

try {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, n) => {
      const client = await connectV2({ url: system.comets[0].ws });
      // None of them is handed what the others say: only logic is looked at.
      await client.auth({ mid: n + 1, key: `k${n}`, room_id: ROOM, accepts: [2000] });
      return client;
    }),
  );
  await round(clients);
  const [without, withRules]: [number[], number[]] = [[], []];
  for (let n = 0; n < ROUNDS; n++) {
    for (const on of n % 2 === 0 ? [false, true] : [true, false]) {
      await rules(on);
      const { micros, messages } = await round(clients);
      (on ? withRules : without).push(micros);
      console.log(`${on ? "with   " : "without"} ${micros.toFixed(0)} us, ${messages} messages`);
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  console.log(
    `median: ${median(without).toFixed(0)} us without, ${median(withRules).toFixed(0)} us with`,
  );
  for (const { client } of clients) client.destroy();
} finally {
  await system.stop();
}

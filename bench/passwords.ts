/**
 * Logins with name and password as fast as they are answered, beside a push every few milliseconds:
 *
 *     npx tsx bench/passwords.ts
 *     GOIM_USERS_HASH_IN_FLIGHT=3 npx tsx bench/passwords.ts
 */
import { setTimeout as pause } from "node:timers/promises";
import { startLoadSystem } from "./load.ts";

const USERS = 12;
const CLIENTS = 60;
const PUSH_EVERY_MS = 5;
const CALM_MS = 4_000;
const STORM_MS = 12_000;
const BUSY_PAUSE_MS = 100;

const system = await startLoadSystem({ store: "kv", workers: { comet: 1, logic: 1 } });
const { http, admin } = system.logics[0];
const password = "correct horse battery";

async function post(path: string, body: object): Promise<number> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(http + path, { method: "POST", headers, body: JSON.stringify(body) });
  await answer.arrayBuffer();
  return answer.status;
}

/** Milliseconds of each push that was answered within the time. */
async function pushes(durationMs: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + durationMs;
  while (performance.now() < end) {
    const startedMs = performance.now();
    await post("/api/v1/push/room", { type: "live", room: "1", op: 1000, body: "hello" });
    times.push(performance.now() - startedMs);
    await pause(PUSH_EVERY_MS);
  }
  return times;
}

/** Milliseconds of each login that got through, and how many were told to come again. */
async function logins(durationMs: number): Promise<{ times: number[]; busy: number }> {
  const times: number[] = [];
  let busy = 0;
  const end = performance.now() + durationMs;
  const client = async (n: number) => {
    while (performance.now() < end) {
      const startedMs = performance.now();
      const status = await post("/api/v1/login", { name: `user ${n % USERS}`, password });
      if (status === 200) times.push(performance.now() - startedMs);
      else if (status === 429) busy++;
      else throw new Error(`a login was answered with ${status}`);
      if (status !== 200) await pause(BUSY_PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)));
  return { times, busy };
}

const at = (times: number[], part: number) =>
  (times.sort((a, b) => a - b)[Math.floor(times.length * part)] ?? 0).toFixed(1);

async function hashes(): Promise<{ count: number; seconds: number }> {
  const text = await (await fetch(`${admin}/metrics`)).text();
  const of = (name: string) =>
    Number(new RegExp(`goim_users_hash_seconds_${name} (\\S+)`).exec(text)?.[1]);
  return { count: of("count"), seconds: of("sum") };
}

try {
  for (let n = 0; n < USERS; n++) await post("/api/v1/users", { name: `user ${n}`, password });
  await pushes(CALM_MS / 2);
  const calm = await pushes(CALM_MS);
  const before = await hashes();
  const startedMs = performance.now();
  const [stormed, beside] = await Promise.all([logins(STORM_MS), pushes(STORM_MS)]);
  const seconds = (performance.now() - startedMs) / 1000;
  const after = await hashes();
  const each = (after.seconds - before.seconds) / (after.count - before.count);
  const { times, busy } = stormed;
  console.log(
    `${(times.length / seconds).toFixed(1)} logins/s (${CLIENTS} clients, ${busy} told to come ` +
      `again), p50 ${at(times, 0.5)} ms, ${(each * 1000).toFixed(0)} ms a hash`,
  );
  console.log(
    `push p50 ${at(calm, 0.5)} ms before, ${at(beside, 0.5)} ms beside; ` +
      `p99 ${at(calm, 0.99)} and ${at(beside, 0.99)} ms`,
  );
} finally {
  await system.stop();
}

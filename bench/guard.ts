/** What a system in service has and a bench has not: signed tokens, keys, words, rate limits. */
import { randomBytes } from "node:crypto";
import { SCOPES } from "../src/logic/auth/scopes.ts";
import type { System } from "../test/harness/cluster.ts";
import { waitFor } from "../test/harness/wait.ts";
import { distinctWords } from "./random-words.ts";

const WORDS = 10_000;
/** Limits that are looked at for every call and message, and that no run reaches. */
const EVERY = { max: 100_000, windowMs: 1000 };
const CALLS_PER_SECOND = 1_000_000;

/** Settings of all processes; `GOIM_AUTH_HS256` also tells the load tool to sign. */
export function guardedEnv(): Record<string, string> {
  return {
    GOIM_AUTH_MODE: "jwt",
    GOIM_AUTH_HS256: randomBytes(32).toString("base64url"),
    GOIM_MODERATION_PUSH: "true",
  };
}

/** Makes a key, loads words and limits, and waits until they are in force; resolves to the key. */
export async function guard(system: System): Promise<string> {
  const [logic] = system.logics;
  let secret = "";
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${logic.http}/api/v1/${path}`, {
      method,
      headers: {
        "Content-Type": "application/json",
        ...(secret === "" ? {} : { Authorization: `Bearer ${secret}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  };
  const key = { name: "bench", scopes: SCOPES, ratePerSecond: CALLS_PER_SECOND };
  ({ secret } = (await call("POST", "keys", key)) as { secret: string });
  const all = { scope: { kind: "all" }, actor: "bench" };
  const words = distinctWords(WORDS);
  // Logic hears of its first key a moment later, and takes none before.
  await waitFor(async () => {
    const status = await call("GET", "moderation").catch(() => undefined);
    return status !== undefined;
  });
  await call("PUT", "moderation/words/bench", { ...all, action: "mask", words });
  const policy = { userRate: EVERY, roomRate: EVERY, repeat: EVERY, links: "deny" };
  const { revision } = await call("PUT", "moderation/limits", { ...all, policy });
  await waitFor(
    async () => {
      const status = await call("GET", "moderation");
      return Number(status.revision) >= Number(revision) && status.building === 0;
    },
    { timeoutMs: 30_000 },
  );
  return secret;
}

/** The example chatbots behind the running system: answers, refusals, and a restart. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type GoimClient, GoimClientError } from "../../src/sdk/index.ts";
import { Bot, pythonWithNats } from "../harness/bot.ts";
import { connectClient } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";
import { SdkSystem } from "./sdk-system.ts";

let sdk: SdkSystem;
const bots: Bot[] = [];

const envOf = () => ({ NATS_URL: sdk.system.nats.url, GOIM_API: sdk.system.logics[0].http });

async function started(bot: Bot): Promise<Bot> {
  bots.push(bot);
  await bot.start();
  return bot;
}

async function joined(name: string, mid = 7) {
  const client = await sdk.online({ token: { mid, device: `d${mid}` } });
  const heard: string[] = [];
  const room = client.joinRoom(name);
  room.onMessage((message) => heard.push(message.text()));
  await room.ready;
  return { client, heard };
}

const ask = (client: GoimClient, op: number, room: string, text: string) =>
  client.request(op, JSON.stringify({ room, text }));

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "answered",
    (error: unknown) => (error instanceof GoimClientError ? error.code : String(error)),
  );

/** Answers, speaks in the room, and refuses with a code. */
async function talks(op: number, name: string): Promise<void> {
  const { client, heard } = await joined(name);
  const reply = await ask(client, op, name, "how are you?");
  expect(reply.json()).toEqual({ said: "You said: how are you?", to: "7" });
  await waitFor(() => heard.length > 0, { describe: "the bot to speak" });
  expect(heard).toEqual(["You said: how are you?"]);
  expect(await codeOf(ask(client, op, "live://other", "x"))).toBe("forbidden");
  expect(await codeOf(client.request(op, "no json"))).toBe("invalid");
}

/** Every one of these calls settles, once; by outcome. */
async function settled(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (const code of await Promise.all(calls.map(codeOf))) {
    outcomes[code] = (outcomes[code] ?? 0) + 1;
  }
  return outcomes;
}

/** The bot ends by `signal` in the middle of 1,000 calls of four clients, and comes back. */
async function restarted(bot: Bot, op: number, signal: "SIGTERM" | "SIGKILL") {
  const name = `live://restart-${op}-${signal}`;
  const clients = await Promise.all([1, 2, 3, 4].map((mid) => joined(name, mid)));
  let done = 0;
  const calls: Promise<unknown>[] = [];
  const callUntil = (sum: number) => {
    while (calls.length < sum) {
      const n = calls.length;
      const { client } = clients[n % clients.length] as (typeof clients)[number];
      const call = ask(client, op, name, `m${n}`);
      const count = () => {
        done++;
      };
      call.then(count, count);
      calls.push(call);
    }
  };
  // Before, while it ends, while there is none, and when it is back: however fast it answers.
  callUntil(600);
  await waitFor(() => done >= 200, { timeoutMs: 20_000, describe: () => `200 of ${done} calls` });
  const ended = bot.end(signal);
  callUntil(700);
  await ended;
  callUntil(800);
  await bot.start();
  callUntil(1000);
  const last = await settled(calls.slice(800));
  expect(last).toEqual({ answered: 200 });
  const outcomes = await settled(calls);
  const lines = clients[0]?.heard ?? [];
  return { outcomes, lines };
}

const COUNTED = new Set(["answered", "timeout", "unavailable"]);

function everyCallOnce({ outcomes, lines }: Awaited<ReturnType<typeof restarted>>): void {
  for (const code of Object.keys(outcomes)) expect(COUNTED).toContain(code);
  const sum = Object.values(outcomes).reduce((a, b) => a + b, 0);
  expect(sum).toBe(1000);
  expect(outcomes.answered).toBeGreaterThanOrEqual(400);
  // What the bot said before it died may be there without an answer, but nothing is there twice.
  expect(new Set(lines).size).toBe(lines.length);
}

describe.each(["kv", "redis"] as const)("behind a system with sessions in %s", (store) => {
  beforeAll(async () => {
    const env = { GOIM_UPSTREAM_CALL_TIMEOUT: "2s" };
    sdk = await SdkSystem.start({ store, comets: 2, env });
  });
  afterEach(async () => {
    await Promise.all(bots.splice(0).map((bot) => bot.end("SIGKILL")));
    await sdk?.closeClients();
  });
  afterAll(() => sdk?.stop());

  describe("the chatbot in TypeScript", () => {
    it("answers, speaks in the room, and refuses with a code", async () => {
      await started(Bot.typescript(envOf()));
      await talks(2000, "live://ts");
    });

    it("answers version 1 on the op, each call once and in order", async () => {
      const bot = await started(Bot.typescript(envOf()));
      const name = "live://v1";
      const client = await connectClient({ url: sdk.system.comets[0].tcp });
      await client.auth({ mid: 9, room_id: name });
      const body = JSON.stringify({ room: name, text: "x" });
      const seqs = Array.from({ length: 200 }, () => client.send(2000, body));
      const answers = () => client.replies.filter(({ op }) => op === 2000);
      await waitFor(() => answers().length >= 50, { describe: "50 answers" });
      await bot.end("SIGKILL");
      await waitFor(() => answers().length >= 200, {
        timeoutMs: 20_000,
        describe: () => `200 answers, there are ${answers().length}`,
      });
      // Whoever answers comes behind all answers: nothing was answered twice.
      await client.heartbeat();
      expect(answers().map(({ seq }) => seq)).toEqual(seqs);
      expect(answers().filter(({ body: said }) => said.length > 0).length).toBeGreaterThanOrEqual(
        50,
      );
      await client.close();
    });

    it("that is not there is told at once", async () => {
      const { client } = await joined("live://none");
      const startedMs = performance.now();
      expect(await codeOf(ask(client, 2000, "live://none", "x"))).toBe("unavailable");
      expect(performance.now() - startedMs).toBeLessThan(1500);
    });

    it.each(store === "kv" ? (["SIGKILL", "SIGTERM"] as const) : (["SIGTERM"] as const))(
      "restarted by %s in the middle of 1,000 calls: each has one answer or a code",
      async (signal) => {
        const bot = await started(Bot.typescript(envOf()));
        everyCallOnce(await restarted(bot, 2000, signal));
      },
    );
  });

  // Of another language, which does not know of stores.
  if (store === "kv") {
    describe("the chatbot in Python", () => {
      const found = pythonWithNats();

      it("answers, and is restarted in the middle of 1,000 calls", async (context) => {
        if ("missing" in found) return context.skip(found.missing);
        const bot = await started(Bot.python(found.python, envOf()));
        await talks(2001, "live://py");
        everyCallOnce(await restarted(bot, 2001, "SIGKILL"));
      });
    });
  }
});

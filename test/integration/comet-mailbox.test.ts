/** Users' logs over real sockets and a real nats-server. */
import { afterEach, describe, expect, it } from "vitest";
import { goim } from "../../src/protocol/gen/messages.js";
import type { TestClient } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";
import { FakeMail } from "./comet-mail.ts";
import { CometSystem } from "./comet-system.ts";

let system: CometSystem;
let mail: FakeMail;

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  system = await CometSystem.start(env);
  mail = new FakeMail(system);
  mail.start(system.bus);
  await system.bus.flush();
}

afterEach(async () => {
  await mail.stop();
  await system.stop();
});

const logIn = (key: string, transport: "ws" | "tcp" = "ws") =>
  system.logIn(transport, { mid: 7, key, accepts: [1000] });
const textsOf = (client: TestClient) => client.messages.map(({ text }) => text);
const texts = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `m${from + index}`);

describe.each(["ws", "tcp"] as const)("a user's messages over %s", (transport) => {
  it("wait for the login, come after its reply and once, and are acknowledged", async () => {
    await start();
    const wanted = texts(0, 700);
    mail.store("7", ...wanted);
    const client = await logIn("phone", transport);
    await client.waitForCount(700);
    expect(client.raw[0]?.bytes.readInt32BE(8)).toBe(8);
    expect(textsOf(client)).toEqual(wanted);
    await waitFor(() => mail.cursorOf("7", "phone") === 700);
    await client.close();
    await waitFor(() => system.logic.disconnects.length === 1);
    await mail.push("7", [], "while away");
    const again = await logIn("phone", transport);
    await again.waitForCount(1);
    expect(textsOf(again)).toEqual(["while away"]);
  });

  it("are complete and in order for who logs in while they are pushed", async () => {
    await start();
    const keys = Array.from({ length: 8 }, (_, n) => `k${n}`);
    const clients: Promise<TestClient>[] = [];
    for (let n = 0; n < 200; n++) {
      if (n % 20 === 10) {
        const key = keys[clients.length];
        if (key !== undefined) clients.push(logIn(key, transport));
      }
      await mail.push("7", keys, `m${n}`);
    }
    for (const [index, client] of (await Promise.all(clients)).entries()) {
      await client.waitFor(({ text }) => text === "m199");
      const from = Number(textsOf(client)[0]?.slice(1));
      // A device that is new begins where the furthest one of its user is.
      expect(from).toBeLessThanOrEqual(11 + 20 * index);
      expect(textsOf(client)).toEqual(texts(from, 200));
    }
  });

  it("are read where a request was lost, and where nothing follows it", async () => {
    await start();
    const client = await logIn("k", transport);
    await mail.push("7", ["k"], "m0");
    mail.store("7", "m1", "m2");
    await mail.push("7", ["k"], "m3");
    await client.waitForCount(4);
    mail.store("7", "m4");
    const { comet, bus } = system;
    const items = [{ mid: "7", last: mail.lastOf("7") }];
    const { incarnation } = comet.identity;
    const { epoch } = mail;
    const check = goim.comet.CheckReq.encode({ incarnation, epoch, items }).finish();
    const subject = bus.subjects.comet(comet.identity.id, "check");
    await bus.request(subject, check, { timeoutMs: 2000 });
    await client.waitForCount(5);
    expect(textsOf(client)).toEqual(texts(0, 5));
  });
});

describe("a client that does not read", () => {
  it("falls behind, keeps its connection and ends complete; its cursor waits", async () => {
    await start({ GOIM_CHANNEL_USER_BYTES_MAX: "64kb" });
    const [slow, quick] = [await logIn("slow", "tcp"), await logIn("quick", "tcp")];
    slow.pause();
    const padding = "x".repeat(20_000);
    // More than the kernel takes for both ends of the connection.
    for (let n = 0; n < 800; n++) await mail.push("7", ["slow", "quick"], `m${n} ${padding}`);
    await quick.waitForCount(800);
    expect(await system.metric("user_behind")).toBe(1);
    const behind = mail.cursorOf("7", "slow") ?? 0;
    expect(behind).toBeLessThan(800);
    slow.resume();
    await slow.waitForCount(800);
    expect(textsOf(slow).map((text) => text.split(" ")[0])).toEqual(texts(0, 800));
    await waitFor(() => mail.cursorOf("7", "slow") === 800);
    expect(await system.metric("closes_slow_total")).toBe(0);
  });
});

describe("a key that is taken over", () => {
  it("has everything on its new connection, and the old one is fenced", async () => {
    await start({ GOIM_ACK_DELAY: "1m" });
    const old = await logIn("k");
    await mail.push("7", ["k"], "m0");
    await old.waitForCount(1);
    const young = await logIn("k");
    expect((await old.closed).code).toBe(4500);
    await mail.push("7", ["k"], "m1");
    await young.waitForCount(2);
    expect(textsOf(young)).toEqual(["m0", "m1"]);
    await waitFor(() => mail.reports.some(({ fenced }) => fenced));
    expect(mail.cursorOf("7", "k")).toBe(0);
  });
});

describe("what was pushed while a comet could not be reached", () => {
  it("is found after NATS was away, nobody telling it", async () => {
    await start();
    const client = await logIn("k");
    await mail.push("7", ["k"], "m0");
    await client.waitForCount(1);
    await system.nats.kill();
    mail.store("7", "m1");
    await system.nats.restart();
    await client.waitForCount(2);
    expect(textsOf(client)).toEqual(["m0", "m1"]);
  });

  it("is found after a lost lease and after a lost session store", async () => {
    await start({ GOIM_ONLINE_RENEW_INTERVAL: "100ms" });
    const client = await logIn("k");
    mail.store("7", "m0");
    system.registration?.loseLease();
    await client.waitForCount(1);
    mail.store("7", "m1");
    system.logic.storeEpoch = "store-2";
    await client.waitForCount(2);
    expect(textsOf(client)).toEqual(["m0", "m1"]);
  });

  it("is told to logic before the session ends, also when the process drains", async () => {
    await start({ GOIM_ACK_DELAY: "1m", GOIM_DRAIN_SPREAD: "100ms" });
    const client = await logIn("k");
    await mail.push("7", ["k"], "m0");
    await client.waitForCount(1);
    expect(mail.reports).toEqual([]);
    await system.comet.drain?.();
    expect(mail.cursorOf("7", "k")).toBe(1);
    expect(system.logic.disconnects).toHaveLength(1);
    const { id } = system.comet.identity;
    expect(mail.reports[0]?.session).toMatch(new RegExp(`^${id}/inc-1/[0-9]+$`));
  });
});

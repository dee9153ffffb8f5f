/** Broadcasts that are kept for those who log in later, through the whole system. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { openLayout } from "../../src/bus/streams.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createKvCursors } from "../../src/store/cursors.kv.ts";
import type { CursorStore } from "../../src/store/cursors.ts";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { connectV2 } from "../harness/client-v2.ts";
import { type System, type SystemOptions, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";

let system: System;
let bus: Bus;
let cursors: CursorStore;
let clients: TestClient[] = [];

async function start(options: SystemOptions = {}): Promise<void> {
  system = await startSystem(options);
  const common = { clock: systemClock, log: silentLog };
  bus = await connectBus({ url: system.nats.url, prefix: "goim", name: "test", ...common });
  cursors = await createKvCursors({}, { bus, ...common, metrics: createMetrics() });
}

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await cursors?.close();
  await bus?.close();
  await system?.stop();
});

interface Push {
  readonly op?: number;
  readonly retain?: boolean;
  readonly expiresIn?: string;
}

async function push(body: string, more: Push = {}): Promise<number> {
  const answer = await fetch(`${system.logics[0].http}/api/v1/push/all`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ op: 1000, retain: true, ...more, body }),
  });
  expect(answer.status).toBeLessThan(300);
  return ((await answer.json()) as { offset: number }).offset;
}

/** Pushes to who is connected now, until one of them has it: what came before is out as well. */
async function pushThrough(text: string, more: Push = {}): Promise<number> {
  const witness = await connectAndAuth({ url: system.comets[0].ws, token: { accepts: [1000] } });
  clients.push(witness);
  const offset = await push(text, more);
  await witness.waitFor((message) => message.text === text);
  return offset;
}

type Kind = "ws" | "tcp" | "v2";

async function logIn(kind: Kind, token: Record<string, unknown>, comet = 0): Promise<TestClient> {
  const { ws, tcp } = system.comets[comet] ?? system.comets[0];
  const full = { accepts: [1000], ...token };
  if (kind === "v2") {
    const { client } = await connectV2({ url: ws });
    clients.push(client);
    await client.auth(full);
    return client;
  }
  const client = await connectAndAuth({ url: kind === "ws" ? ws : tcp, token: full });
  clients.push(client);
  return client;
}

const textsOf = (client: TestClient) => client.messages.map(({ text }) => text);

/** Until the device's position in GOIM_ALL is stored. */
const stands = (mid: number, device: string, offset: number) =>
  waitFor(
    async () => {
      const layout = await openLayout(bus, { clock: systemClock, log: silentLog });
      const [devices = []] = await cursors.devices(layout.epoch("GOIM_USER"), [String(mid)]);
      return devices.some((one) => one.device === device && one.all >= offset);
    },
    { describe: `${device} at ${offset}` },
  );

describe("a kept broadcast", () => {
  beforeEach(() => start());

  it.each(["ws", "tcp", "v2"] as const)("comes at login, once per device (%s)", async (kind) => {
    await push("gone", { retain: false });
    await push("k0");
    await push("other", { op: 1001 });
    const last = await pushThrough("k1");
    const phone = await logIn(kind, { mid: 7, key: "phone" });
    await push("live", { retain: false });
    await phone.waitFor(({ text }) => text === "live");
    expect(textsOf(phone)).toEqual(["k0", "k1", "live"]);
    if (kind === "v2") {
      expect(phone.messages.map(({ log }) => log)).toEqual([2, 2, 2]);
      expect(phone.messages[1]?.offset).toBe(last);
    }
    await stands(7, "phone", last);
    await phone.close();
    const next = await pushThrough("k2");
    const again = await logIn(kind, { mid: 7, key: "phone" });
    await again.waitForCount(1);
    await stands(7, "phone", next);
    // Another device of a user that is known begins at the furthest one; another user at the start.
    const tablet = await logIn(kind, { mid: 7, key: "tablet" });
    const other = await logIn(kind, { mid: 8, key: "other", accepts: [1000, 1001] });
    const nobody = await logIn(kind, { key: "nobody" });
    await push("end", { retain: false });
    for (const client of [again, tablet, other, nobody]) {
      await client.waitFor(({ text }) => text === "end");
    }
    expect(textsOf(again)).toEqual(["k2", "end"]);
    expect(textsOf(tablet)).toEqual(["end"]);
    expect(textsOf(other)).toEqual(["k0", "other", "k1", "k2", "end"]);
    expect(textsOf(nobody)).toEqual(["end"]);
  });

  it("that came live does not come again, whatever logic is asked", async () => {
    const client = await logIn("ws", { mid: 7, key: "k" });
    const last = await push("k0");
    await client.waitForCount(1);
    await stands(7, "k", last);
    await client.close();
    await system.logics[0].restart();
    const again = await logIn("ws", { mid: 7, key: "k" });
    const other = await logIn("ws", { mid: 8, key: "o" });
    await push("end", { retain: false });
    for (const one of [again, other]) await one.waitFor(({ text }) => text === "end");
    expect(textsOf(again)).toEqual(["end"]);
    expect(textsOf(other)).toEqual(["k0", "end"]);
  });

  it("that is over comes to nobody", async () => {
    await push("short", { expiresIn: "5s" });
    await push("long", { expiresIn: "10m" });
    const expired = Date.now() + 5_000;
    const soon = await logIn("ws", { mid: 7, key: "soon" });
    await soon.waitForCount(2);
    expect(textsOf(soon)).toEqual(["short", "long"]);
    await waitFor(() => Date.now() > expired);
    const late = await logIn("ws", { mid: 8, key: "late" });
    await late.waitForCount(1);
    expect(textsOf(late)).toEqual(["long"]);
  });

  it("of a stream that is gone is gone, and those of the new one come", async () => {
    await push("old");
    const before = await logIn("ws", { mid: 7, key: "k" });
    await before.waitForCount(1);
    await before.close();
    await new JsApi(bus).call("STREAM.DELETE.GOIM_ALL");
    await system.nats.kill();
    await system.nats.restart();
    await waitFor(async () => (await push("new")) > 0, { describe: "a push to the new stream" });
    // Logic hears of it when its reader finds that the old one is gone.
    let mid = 1000;
    const known = async () => {
      const probe = await logIn("ws", { mid: ++mid, key: `probe${mid}` });
      await probe.waitFor(({ text }) => text === "new");
      await probe.close();
      return !textsOf(probe).includes("old");
    };
    await waitFor(known, { describe: "only what the new stream has" });
    const client = await logIn("ws", { mid: 7, key: "k" });
    const other = await logIn("ws", { mid: 8, key: "o" });
    for (const one of [client, other]) await one.waitFor(({ text }) => text === "new");
    await push("end", { retain: false });
    for (const one of [client, other]) await one.waitFor(({ text }) => text === "end");
    expect([client, other].map((one) => textsOf(one).filter((text) => text === "old"))).toEqual([
      [],
      [],
    ]);
    expect(textsOf(client).at(-1)).toBe("end");
  });
});

describe("the bound of kept broadcasts", () => {
  it("leaves the newest ones", async () => {
    await start({ env: { GOIM_RETAIN_MAX: "3" } });
    for (let n = 0; n < 7; n++) await push(`k${n}`);
    await pushThrough("k7");
    const client = await logIn("tcp", { mid: 7, key: "k" });
    await client.waitForCount(3);
    await push("end", { retain: false });
    await client.waitFor(({ text }) => text === "end");
    expect(textsOf(client)).toEqual(["k5", "k6", "k7", "end"]);
  });
});

describe("many kept broadcasts among others, with users that come and go", () => {
  it("reach each device once and in order, on whatever comet it is", async () => {
    await start({ comets: 2, env: { GOIM_ACK_DELAY: "0ms" } });
    const kept: string[] = [];
    const offsets = new Map<string, number>();
    let done = false;
    const pushing = (async () => {
      for (let n = 0; n < 300; n++) {
        const retain = n % 3 === 0;
        const text = `${retain ? "k" : "m"}${n}`;
        offsets.set(text, await push(text, { retain }));
        if (retain) kept.push(text);
      }
      done = true;
    })();
    const kinds: readonly Kind[] = ["ws", "tcp", "v2"];
    const user = async (mid: number) => {
      const got: string[] = [];
      for (let round = 0; ; round++) {
        const last = done;
        const client = await logIn(
          kinds[(mid + round) % 3] ?? "ws",
          { mid, key: `u${mid}` },
          round % 2,
        );
        if (last) {
          const end = kept.at(-1) ?? "";
          if (!got.includes(end)) await client.waitFor(({ text }) => text === end);
        } else {
          const count = mid % 5;
          await client.waitForCount(count).catch(() => undefined);
        }
        await client.close();
        const texts = textsOf(client);
        const places = texts.map((text) => offsets.get(text) ?? Number.POSITIVE_INFINITY);
        expect([...new Set(places)].sort((a, b) => a - b)).toEqual(places);
        const mine = texts.filter((text) => text.startsWith("k"));
        got.push(...mine);
        const newest = mine.at(-1);
        if (newest !== undefined) await stands(mid, `u${mid}`, offsets.get(newest) ?? 0);
        if (last) return got;
      }
    };
    const all = await Promise.all(Array.from({ length: 12 }, (_, n) => user(n + 1)));
    await pushing;
    for (const got of all) expect(got).toEqual(kept);
  });
});

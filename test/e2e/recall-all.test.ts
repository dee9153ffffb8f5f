/** Broadcasts and pushes to keys that are taken back, over the running system. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { connectV2, type V2Client } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { apiPost } from "../integration/logic-api.ts";

const RECALLED = 40;

describe.each(["kv", "redis"] as const)("recalls of broadcasts and keys, %s", (store) => {
  let system: System;
  let serial = 0;
  const open: TestClient[] = [];

  beforeAll(async () => {
    system = await startSystem({ logics: 2, comets: 2, store });
  }, 90_000);

  afterEach(() => {
    for (const client of open.splice(0)) client.destroy();
  });

  afterAll(async () => {
    await system?.stop();
  });

  const at = (n: number) => ({ url: (system.logics[n] ?? system.logics[0]).http });
  const comet = (n: number) => system.comets[n] ?? system.comets[0];
  const accepts = [1000, RECALLED];
  const v2 = async (mid: number, n = 0, key = `k${serial++}`): Promise<V2Client> => {
    const client = await connectV2({ url: comet(n).ws });
    open.push(client.client);
    await client.auth({ mid, key, accepts });
    return client;
  };
  const v1 = async (mid: number, url: string, key = `k${serial++}`): Promise<TestClient> => {
    const client = await connectAndAuth({ url, token: { mid, key, accepts } });
    open.push(client);
    return client;
  };
  /** One of each kind on each comet, users that were never here. */
  const newcomers = async () => {
    const all: TestClient[] = [];
    for (const n of [0, 1]) {
      all.push((await v2(10_000 + serial, n)).client);
      all.push(await v1(10_000 + serial, comet(n).ws), await v1(10_000 + serial, comet(n).tcp));
    }
    return all;
  };
  const order = (body: object) => apiPost(at(0), "moderation/recall", body);
  const recall = async (body: object) => {
    const { status, json } = await order(body);
    expect(status, JSON.stringify(json)).toBe(200);
    expect(json.unconfirmed).toEqual([]);
    return json as { tombstone: number; offsets: number[]; epoch: string };
  };
  const pushAll = async (body: string, more: object = {}, n = 1) =>
    Number((await apiPost(at(n), "push/all", { op: 1000, body, ...more })).json.offset);
  const kept = (body: string, more: object = {}) => pushAll(body, { retain: true, ...more });
  const pushKey = async (key: string, body: string) => {
    const { json } = await apiPost(at(1), "push/keys", { keys: [key], op: 1000, body });
    return (json.results as { offset: number }[])[0]?.offset ?? 0;
  };
  const textsOf = (client: TestClient) =>
    client.messages.filter(({ op }) => op === 1000).map(({ text }) => text);
  const told = (client: TestClient) =>
    client.messages
      .filter(({ op }) => op === RECALLED)
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>);

  it("a kept broadcast: nobody who comes later sees it, and who has had it is told", async () => {
    const mark = `first ${serial}`;
    await kept(mark);
    const bad = await kept(`bad ${serial}`);
    const here = (await v2(1, 0, "here")).client;
    const away = await v1(2, comet(1).ws, "away");
    for (const client of [here, away]) await client.waitFor(({ text }) => text.startsWith("bad"));
    await away.close();
    const { offsets, epoch } = await recall({ all: true, offset: bad, actor: "anna" });
    expect(offsets).toEqual([bad]);
    await here.waitFor(({ op }) => op === RECALLED);
    expect(told(here)).toEqual([{ all: true, epoch, offsets: [bad], offset: bad }]);
    const all = await newcomers();
    await pushAll("end");
    for (const client of all) {
      await client.waitFor(({ text }) => text === "end");
      expect(textsOf(client)).toEqual([mark, "end"]);
    }
    const back = await v1(2, comet(0).ws, "away");
    await back.waitFor(({ op }) => op === RECALLED);
    expect([textsOf(back), told(back)[0]?.offsets]).toEqual([[], [bad]]);
    // Started anew they know it, too.
    await Promise.all([system.logics[0].restart(), comet(1).restart()]);
    const later = await newcomers();
    await pushAll("end 2");
    for (const client of later) {
      await client.waitFor(({ text }) => text === "end 2");
      expect(textsOf(client)).toEqual([mark, "end 2"]);
    }
    await recall({ all: true, offset: bad - 1024 });
  }, 60_000);

  it("those of a time and of the push API, of which some were not kept", async () => {
    const from = Date.now() - 1;
    const bad = [await kept("one"), await pushAll("two"), await kept("three")];
    await waitFor(() => Date.now() > from + 5);
    const { offsets } = await recall({ all: true, sender: "", from });
    expect(offsets).toEqual(bad);
    const good = await kept("good", { expiresIn: "1m" });
    const all = await newcomers();
    for (const client of all) {
      await client.waitFor(({ text }) => text === "good");
      expect(textsOf(client)).toEqual(["good"]);
    }
    expect((await recall({ all: true, sender: "7" })).offsets).toEqual([]);
    await recall({ all: true, offset: good });
  });

  it("a paced one is stopped where it is", async () => {
    const clients = await Promise.all(
      Array.from({ length: 20 }, (_, n) => v1(300 + n, comet(0).ws)),
    );
    const bad = await pushAll("slow and bad", { speed: 2 });
    const reached = () => clients.filter((client) => textsOf(client).includes("slow and bad"));
    await waitFor(() => reached().length > 0);
    await recall({ all: true, offset: bad });
    const after = await pushAll("after");
    for (const client of clients) await client.waitFor(({ text }) => text === "after");
    expect(after).toBeGreaterThan(bad);
    expect(reached().length).toBeLessThan(19);
  });

  it("under load nobody who comes after the answer sees it", async () => {
    let [running, noise] = [true, 0];
    const load = Array.from({ length: 3 }, async () => {
      while (running) await pushAll(`noise ${noise++}`, { retain: noise % 50 === 0 });
    });
    const seen: string[] = [];
    let count = 0;
    try {
      for (let round = 0; round < 10; round++) {
        const mark = await kept(`mark ${round}`);
        const bad = await kept(`bad ${round}`);
        await Promise.all([recall({ all: true, offset: bad }), v2(20_000 + serial, 1)]);
        const late = await newcomers();
        const end = `end ${round}`;
        await pushAll(end);
        for (const client of late) {
          await client.waitFor(({ text }) => text === end);
          const got = textsOf(client);
          count++;
          expect(got).toContain(`mark ${round}`);
          if (got.some((text) => text.startsWith("bad"))) seen.push(end);
          client.destroy();
        }
        await recall({ all: true, offset: mark });
      }
    } finally {
      running = false;
      await Promise.all(load);
    }
    expect([seen, count]).toEqual([[], 60]);
    expect(noise).toBeGreaterThan(50);
  }, 120_000);

  it("a push to a key: told to who has it, and not handed over any more", async () => {
    const client = await v1(0, comet(0).ws, "the key");
    const other = await v1(0, comet(1).ws, "another");
    const first = await pushKey("the key", "seen");
    await client.waitFor(({ text }) => text === "seen");
    const { epoch } = await recall({ key: "the key", offset: first });
    await client.waitFor(({ op }) => op === RECALLED);
    expect(told(client)[0]).toMatchObject({ key: "the key", epoch, offsets: [first] });
    // Stored, and on its way while job stands still.
    const [job] = system.jobs;
    await job.pause();
    const bad = await pushKey("the key", "never seen");
    await recall({ key: "the key", offset: bad });
    const next = await v1(0, comet(1).ws, "the key");
    await pushKey("the key", "last");
    await job.resume();
    await next.waitFor(({ text }) => text === "last", 20_000);
    expect(textsOf(next)).toEqual(["last"]);
    expect(told(next).at(-1)?.offsets).toEqual([bad]);
    expect(textsOf(other)).toEqual([]);
  }, 60_000);

  it("refuses what is not there, and says what to do about many keys", async () => {
    const offset = await pushKey("mine", "x");
    const all = await pushAll("y");
    for (const [status, body] of [
      // Many keys share a log: some of these are in the same one.
      ...Array.from({ length: 64 }, (_, n) => [404, { key: `not mine ${n}`, offset }] as const),
      [404, { key: "mine", offset: offset + 1 }],
      [404, { all: true, offset: all + 1 }],
      [404, { all: true, offset: all + 1024 * 1000 }],
      [409, { all: true, offset: all, epoch: "another" }],
      [409, { key: "mine", offset, epoch: "another" }],
      [400, { all: true, key: "mine", offset }],
      [400, { all: false, offset }],
      [400, { all: true }],
      [400, { key: "", offset }],
      [400, { key: "x".repeat(300), offset }],
      [400, { keys: ["mine"], offset }],
    ] as const) {
      expect((await order(body)).status, JSON.stringify(body)).toBe(status);
    }
    const { json } = await order({ keys: ["a", "b"], offset });
    expect(JSON.stringify(json.errors)).toContain("recall each with its key");
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { connectV2, type V2Client } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { apiPost, roomPage } from "../integration/logic-api.ts";

const RECALLED = 40;

describe.each(["kv", "redis"] as const)("recalls, sessions in %s", (store) => {
  let system: System;
  const open: TestClient[] = [];

  beforeAll(async () => {
    // Newcomers of `show` rooms get the newest messages, of `long` ones all that a test pushes;
    // those of a ring of four from the stream.
    const types = "show=50,long=2000";
    const env = { GOIM_HISTORY_TYPES: types, GOIM_ROOM_RING_ENTRIES: "4" };
    system = await startSystem({ logics: 2, comets: 2, store, env });
  }, 90_000);

  afterEach(() => {
    for (const client of open.splice(0)) client.destroy();
  });

  afterAll(async () => {
    await system?.stop();
  });

  const at = (n: number) => ({ url: (system.logics[n] ?? system.logics[0]).http });
  const urlOf = (n: number) => (system.comets[n] ?? system.comets[0]).ws;
  const v2 = async (mid: number, comet = 0): Promise<V2Client> => {
    const client = await connectV2({ url: urlOf(comet) });
    open.push(client.client);
    await client.auth({ mid, key: `k${mid}-${comet}-${open.length}`, accepts: [1000, RECALLED] });
    return client;
  };
  const v1 = async (room: string, comet = 0): Promise<TestClient> => {
    const token = { mid: 900, key: `o-${comet}-${open.length}`, room_id: room, accepts: [1000] };
    const client = await connectAndAuth({ url: urlOf(comet), token });
    open.push(client);
    return client;
  };
  const recall = async (order: object) => {
    const { status, json } = await apiPost(at(0), "moderation/recall", order);
    expect(status, JSON.stringify(json)).toBe(200);
    expect(json.unconfirmed).toEqual([]);
    return json as { tombstone: number; offsets: number[]; epoch: string };
  };
  const push = async (type: string, room: string, body: string) =>
    Number((await apiPost(at(1), "push/room", { type, room, op: 1000, body })).json.offset);
  const texts = ({ messages }: { messages: readonly { text: string; op: number }[] }) =>
    messages.filter(({ op }) => op !== RECALLED).map(({ text }) => text);

  it("one message: gone for who joins, resumes and pages; who is there is told", async () => {
    const room = `one-${store}`;
    const id = `show://${room}`;
    const [there, old] = [await v2(1), await v1(id)];
    await there.join(id);
    const offsets: number[] = [];
    for (let n = 0; n < 12; n++) offsets.push(await push("show", room, `m${n}`));
    const [, bad = 0] = offsets;
    await there.client.waitFor(({ text }) => text === "m11");
    const { tombstone, epoch } = await recall({ room: id, offset: bad, reason: "rude" });
    for (const client of [there.client, old]) {
      const told = await client.waitFor(({ op }) => op === RECALLED);
      expect(JSON.parse(told.text)).toMatchObject({ room: id, offsets: [bad], epoch });
    }
    const wanted = Array.from({ length: 12 }, (_, n) => `m${n}`).filter((text) => text !== "m1");
    for (const comet of [0, 1]) {
      const joined = await v2(2 + comet, comet);
      await joined.join({ room: id, history: 50 });
      const resumed = await v2(4 + comet, comet);
      await resumed.join({ room: id, since: offsets[0] ?? 0, epoch });
      const v1Joined = await v1(id, comet);
      for (const client of [joined.client, resumed.client, v1Joined]) {
        await client.waitFor(({ op }) => op === RECALLED);
      }
      expect(texts(joined)).toEqual(wanted);
      expect(texts(resumed)).toEqual(wanted.slice(1));
      expect(texts(v1Joined)).toEqual(wanted);
      const { packets } = await joined.history({ room: id, limit: 50 });
      expect(packets.filter(({ op }) => op === 1000)).toHaveLength(11);
    }
    for (const n of [0, 1]) {
      const { messages, cursor } = await roomPage(at(n), room, { after: 1 }, "show");
      expect(messages.map(({ offset }) => offset)).not.toContain(bad);
      expect(cursor).toBe(tombstone);
    }
    const nothing = { room: id, offset: bad + 1 };
    expect((await apiPost(at(0), "moderation/recall", nothing)).status).toBe(404);
    const over = { room: id, offset: bad, epoch: "another" };
    expect((await apiPost(at(0), "moderation/recall", over)).status).toBe(409);
  });

  it("those of a sender, and of a time; what comes later stays", async () => {
    const room = `who-${store}`;
    const id = `live://${room}`;
    const [bad, good] = [await v2(11), await v2(12)];
    for (const client of [bad, good]) await client.join(id);
    const say = (client: V2Client, text: string) => client.publish({ room: id, op: 1000 }, text);
    const sent = [await say(bad, "bad 1"), await say(bad, "bad 2")];
    await say(good, "good 1");
    const { offsets } = await recall({ room: id, sender: "11" });
    expect(offsets).toEqual(sent.map(({ offset }) => offset));
    await say(bad, "bad, but later");
    const bodies = async () =>
      (await roomPage(at(1), room)).messages
        .filter(({ op }) => op === 1000)
        .map(({ body }) => body);
    expect(await bodies()).toEqual(["good 1", "bad, but later"]);
    await recall({ room: id, from: 0, to: Date.now() + 60_000 });
    await say(good, "after");
    expect(await bodies()).toEqual(["after"]);
    const late = await v2(13, 1);
    await late.join({ room: id, history: 50 });
    await late.client.waitFor(({ text }) => text === "after");
    expect(texts(late)).toEqual(["after"]);
  });

  it("what waits in a mailbox is not handed out any more", async () => {
    const pushUser = async (body: string) =>
      Number((await apiPost(at(0), "push/user", { user: 21, op: 1000, body })).json.offset);
    const first = await pushUser("first");
    const bad = await pushUser("taken back");
    await pushUser("last");
    expect(first).toBeGreaterThan(0);
    await recall({ user: 21, offset: bad });
    const client = await v2(21, 1);
    await client.client.waitFor(({ text }) => text === "last");
    await client.client.waitFor(({ op }) => op === RECALLED);
    expect(texts(client)).toEqual(["first", "last"]);
  });

  it("under load nobody who comes after the answer sees it", async () => {
    const room = `load-${store}`;
    const id = `long://${room}`;
    let [running, pushed] = [true, 0];
    const load = Array.from({ length: 4 }, async () => {
      while (running) await push("long", room, `noise ${pushed++}`);
    });
    const seen: string[] = [];
    let [rounds, newcomers] = [0, 0];
    const there = await v2(100);
    await there.join(id);
    try {
      for (; rounds < 12; rounds++) {
        const before = await roomPage(at(0), room, { limit: 1 }, "long");
        const mark = `mark ${rounds}`;
        await push("long", room, mark);
        const bad = await push("long", room, `bad ${rounds}`);
        const gone = `bad ${rounds}`;
        // Some come while it is recalled: they may see it. Those after it may not.
        const [, early] = await Promise.all([recall({ room: id, offset: bad }), v2(200, 1)]);
        const late = await Promise.all([v2(300, 0), v2(301, 1), v1(id, 0), v1(id, 1)]);
        await early.join({ room: id, history: 2000 });
        const wishes = [{ history: 2000 }, { since: before.cursor, epoch: before.epoch }];
        for (const [index, client] of late.entries()) {
          if ("join" in client) await client.join({ room: id, ...wishes[index] });
        }
        const end = `end ${rounds}`;
        await push("long", room, end);
        for (const client of [...late, early]) {
          newcomers++;
          const all = "client" in client ? client.client : client;
          await all.waitFor(({ text }) => text === end);
          const got = texts(all);
          // What came right before it is in the window: it would be too.
          expect(got).toContain(mark);
          if (got.includes(gone)) seen.push(gone);
          all.destroy();
        }
        for (const n of [0, 1]) {
          const request = { after: before.cursor, limit: 500 };
          const { messages } = await roomPage(at(n), room, request, "long");
          expect(messages.map(({ body }) => body)).toContain(mark);
          if (messages.some(({ body }) => body === gone)) seen.push(`page ${n}: ${gone}`);
        }
      }
    } finally {
      running = false;
      await Promise.all(load);
    }
    expect(seen).toEqual([]);
    expect([rounds, newcomers]).toEqual([12, 60]);
    expect(pushed).toBeGreaterThan(100);
    await waitFor(() => there.messages.filter(({ op }) => op === RECALLED).length === 12);
  }, 120_000);
});

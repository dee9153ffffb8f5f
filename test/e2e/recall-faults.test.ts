import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { connectV2, type V2Client } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { type NatsProxy, startNatsProxy } from "../harness/nats-proxy.ts";
import { waitFor } from "../harness/wait.ts";
import { apiPost, roomPage } from "../integration/logic-api.ts";

const RECALLED = 40;

describe("a recall while something is wrong", () => {
  let nats: TestNats;
  let proxy: NatsProxy;
  let system: System;
  const open: TestClient[] = [];
  let serial = 0;

  beforeAll(async () => {
    nats = await startNats();
    proxy = await startNatsProxy(nats.port);
    // Whatever a `show` room was told is in the window that a newcomer gets.
    const env = { GOIM_HISTORY_TYPES: "show=200" };
    const options = { logics: 2, comets: 2, nats, cometNatsUrl: proxy.url, env };
    system = await startSystem(options);
  }, 90_000);

  afterEach(() => {
    for (const client of open.splice(0)) client.destroy();
  });

  afterAll(async () => {
    await system?.stop();
    await proxy?.stop();
    await nats?.stop();
  });

  const at = (n: number) => ({ url: (system.logics[n] ?? system.logics[0]).http });
  const urlOf = (n: number) => (system.comets[n] ?? system.comets[0]).ws;
  const one = () => system.comets[1] ?? system.comets[0];
  const v2 = async (mid: number, comet = 1): Promise<V2Client> => {
    const client = await connectV2({ url: urlOf(comet) });
    open.push(client.client);
    await client.auth({ mid, key: `k${mid}-${serial++}`, accepts: [1000, RECALLED] });
    return client;
  };
  const v1 = async (room: string, comet = 1): Promise<TestClient> => {
    const token = { mid: 0, key: `o${serial++}`, room_id: room, accepts: [1000] };
    const client = await connectAndAuth({ url: urlOf(comet), token });
    open.push(client);
    return client;
  };
  const push = async (room: string, body: string) =>
    Number((await apiPost(at(0), "push/room", { type: "show", room, op: 1000, body })).json.offset);
  const recall = async (order: object) => {
    const { status, json } = await apiPost(at(0), "moderation/recall", order);
    expect(status, JSON.stringify(json)).toBe(200);
    return json as { unconfirmed: string[]; epoch: string };
  };
  const sees = (client: TestClient, text: string) =>
    client.messages.some((message) => message.text === text);

  it("a comet that stood still lets in nobody who would see it", async () => {
    for (let round = 0; round < 4; round++) {
      const room = `still-${round}`;
      const id = `show://${room}`;
      const first = await push(room, "first");
      const there = await v2(1);
      const { epoch } = await there.join(id).then(([place]) => place as { epoch: string });
      const comers = await Promise.all([2, 3, 4, 5].map((mid) => v2(mid)));
      const old = await Promise.all([0, 1, 2, 3].map(() => v1("")));
      const bad = await push(room, "bad");
      await there.client.waitFor(({ text }) => text === "bad");
      one().pause();
      const late = await push(room, "bad, not yet cast");
      const told = await recall({ room: id, offset: bad });
      expect(told.unconfirmed).toHaveLength(1);
      await recall({ room: id, offset: late });
      const joins = comers.map((client, n) =>
        client.join({ room: id, ...(n % 2 === 0 ? { history: 200 } : { since: first, epoch }) }),
      );
      const moves = old.map((client) => client.changeRoom(id));
      one().resume();
      await Promise.all([...joins, ...moves]);
      await push(room, "end");
      for (const client of [...comers.map((comer) => comer.client), ...old]) {
        await client.waitFor(({ text }) => text === "end");
        expect(sees(client, "bad") || sees(client, "bad, not yet cast")).toBe(false);
      }
      for (const client of open.splice(0)) client.destroy();
    }
  }, 90_000);

  it("a comet that NATS does not reach shows nobody what was taken back", async () => {
    const room = "apart";
    const id = `show://${room}`;
    await push(room, "first");
    const there = await v2(1);
    await there.join(id);
    const comers = await Promise.all([2, 3, 4].map((mid) => v2(mid)));
    const bad = await push(room, "bad");
    await there.client.waitFor(({ text }) => text === "bad");
    proxy.stall();
    const joined: string[] = [];
    try {
      await recall({ room: id, offset: bad });
      const joins = comers.map(async (client) => {
        for (;;) {
          const [place] = await client.join({ room: id, history: 200 });
          if (place !== undefined && !("error" in place)) break;
          joined.push((place as { error: { code: string } }).error.code);
        }
      });
      await waitFor(() => joined.length >= 3, { timeoutMs: 20_000 });
      proxy.flow();
      await Promise.all(joins);
    } finally {
      proxy.flow();
    }
    expect(new Set(joined)).toEqual(new Set(["unavailable"]));
    await push(room, "end");
    for (const { client } of comers) {
      await client.waitFor(({ text }) => text === "end", 20_000);
      expect(client.messages.map(({ text }) => text)).toContain("first");
      expect(sees(client, "bad")).toBe(false);
    }
  }, 90_000);

  it("what job hands over late is shown to nobody, in rooms and mailboxes", async () => {
    const room = "late";
    const id = `show://${room}`;
    const first = await v2(1);
    await first.join(id);
    const clients = [first.client, await v1(id)];
    const users = [await v2(21), await v2(21, 0)];
    await apiPost(at(0), "push/user", { user: 21, op: 1000, body: "before" });
    for (const { client } of users) await client.waitFor(({ text }) => text === "before");
    system.jobs[0].pause();
    const bad = await push(room, "bad");
    const mail = await apiPost(at(0), "push/user", { user: 21, op: 1000, body: "bad" });
    expect((await recall({ room: id, offset: bad })).unconfirmed).toEqual([]);
    await recall({ user: 21, offset: Number(mail.json.offset) });
    const late = await v2(2, 0);
    await late.join({ room: id, history: 200 });
    clients.push(late.client, await v1(id, 0));
    system.jobs[0].resume();
    await push(room, "end");
    await apiPost(at(0), "push/user", { user: 21, op: 1000, body: "end" });
    const again = await v2(21, 0);
    for (const client of [...clients, ...users.map((user) => user.client), again.client]) {
      await client.waitFor(({ text }) => text === "end", 20_000);
      expect(sees(client, "bad")).toBe(false);
    }
  }, 60_000);

  it("while comets and logics are killed nobody who comes after the answer sees it", async () => {
    const room = "killed";
    const id = `show://${room}`;
    const seen: string[] = [];
    for (let round = 0; round < 4; round++) {
      const text = `bad ${round}`;
      const bad = await push(room, text);
      const victim = round % 2 === 0 ? one() : system.logics[1];
      const back = victim?.restart();
      await recall({ room: id, offset: bad });
      await back;
      const since = await roomPage(at(0), room, { limit: 1 }, "show");
      const comers = await Promise.all([v2(31, 0), v2(32, 1)]);
      for (const comer of comers) await comer.join({ room: id, history: 200 });
      const resumed = await v2(33, 1);
      await resumed.join({ room: id, since: bad - 1, epoch: since.epoch });
      const old = await Promise.all([v1(id, 0), v1(id, 1)]);
      await push(room, `end ${round}`);
      for (const client of [...comers, resumed].map(({ client }) => client).concat(old)) {
        await client.waitFor((message) => message.text === `end ${round}`);
        if (sees(client, text)) seen.push(text);
      }
      for (const n of [0, 1]) {
        const { messages } = await roomPage(at(n), room, { limit: 200 }, "show");
        if (messages.some(({ body }) => body === text)) seen.push(`page ${n}: ${text}`);
      }
      for (const client of open.splice(0)) client.destroy();
    }
    expect(seen).toEqual([]);
  }, 90_000);

  it("a comet that stood still hands a kept broadcast to nobody who comes then", async () => {
    for (let round = 0; round < 3; round++) {
      const all = async (body: string, more: object = {}) =>
        Number((await apiPost(at(0), "push/all", { op: 1000, body, ...more })).json.offset);
      const there = await v2(1);
      const bad = await all(`kept and bad ${round}`, { retain: true });
      await there.client.waitFor(({ text }) => text === `kept and bad ${round}`);
      one().pause();
      const late = await all("kept, bad, not yet cast", { retain: true });
      const told = await recall({ all: true, offset: bad });
      expect(told.unconfirmed).toHaveLength(1);
      await recall({ all: true, offset: late });
      const coming = [100, 101, 102, 103].map((mid) => v2(mid + 10 * round));
      one().resume();
      const comers = await Promise.all(coming);
      await all("end");
      for (const { client } of comers) {
        await client.waitFor(({ text }) => text === "end");
        expect(client.messages.filter(({ text }) => text.startsWith("kept"))).toEqual([]);
      }
      for (const client of open.splice(0)) client.destroy();
    }
  }, 90_000);
});

import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { connectBus } from "../../src/bus/connect.ts";
import { watchComets } from "../../src/bus/registry.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";

const mains = ["comet", "logic", "job"].map((name) => `src/${name}/main.ts`);

/** The smallest whole: one of each process, and what a push over HTTP becomes at two clients. */
describe.skipIf(!mains.every(existsSync)).each(["kv", "redis"] as const)(
  "a system with its sessions in %s",
  (store) => {
    let system: System;
    const clients: TestClient[] = [];

    beforeAll(async () => {
      system = await startSystem({ store });
    });
    afterEach(() => {
      for (const client of clients.splice(0)) client.destroy();
    });
    afterAll(() => system?.stop());

    async function connect(url: string, token: object): Promise<TestClient> {
      const client = await connectAndAuth({ url, token });
      clients.push(client);
      return client;
    }

    async function push(path: string, body: string): Promise<unknown> {
      const url = `${system.logics[0].http}/goim/push/${path}`;
      return (await fetch(url, { method: "POST", body })).json();
    }

    it("brings a push to a room, a user and a key to WebSocket and TCP", async () => {
      onTestFailed(() => console.error(system.logs()));
      const { ws, tcp } = system.comets[0];
      const token = { mid: 7001, room_id: "live://1000", accepts: [1000] };
      const both = await Promise.all([
        connect(ws, { ...token, key: "by-ws" }),
        connect(tcp, { ...token, key: "by-tcp" }),
      ]);
      const calls = [
        ["room?operation=1000&type=live&room=1000", "to the room"],
        ["mids?operation=1000&mids=7001", "to the user"],
        ["keys?operation=1000&keys=by-ws&keys=by-tcp", "to the keys"],
      ] as const;
      for (const [path, text] of calls) {
        expect(await push(path, text)).toEqual({ code: 0, message: "" });
        await Promise.all(both.map((client) => client.waitFor((got) => got.text === text)));
      }
    });

    it("leaves a connection alone when the login that takes its key is late", async () => {
      onTestFailed(() => console.error(system.logs()));
      const { ws } = system.comets[0];
      const token = { mid: 7002, key: "late", accepts: [1000] };
      const client = await connect(ws, token);
      const options = { prefix: "goim", name: "test", clock: systemClock, log: silentLog };
      const bus = await connectBus({ ...options, url: system.nats.url });
      const directory = watchComets(bus, options);
      const comet = await waitFor(() => directory.list()[0]);
      // As one that was on its way while its client gave up and came again.
      const login = { token: Buffer.from(JSON.stringify(token)), conn: 999_999, ver: 1 };
      const request = { ...login, server: comet.id, incarnation: comet.incarnation };
      const data = goim.logic.ConnectBatchReq.encode({ requests: [request] }).finish();
      const answer = await bus.request(bus.subjects.logic("connect"), data, { timeoutMs: 5000 });
      const { replies } = goim.logic.ConnectBatchReply.decode(answer);
      expect(replies[0]).toMatchObject({ error: "unavailable" });
      directory.close();
      await bus.close();
      for (const path of ["keys?operation=1000&keys=late", "mids?operation=1000&mids=7002"]) {
        await push(path, path);
        await client.waitFor((got) => got.text === path);
      }
    });

    it("is there again after its comet was killed and started again", async () => {
      onTestFailed(() => console.error(system.logs()));
      const [comet] = system.comets;
      const before = comet.ws;
      await comet.kill9();
      await comet.restart();
      expect(comet.ws).toBe(before);
      const client = await connect(comet.ws, { room_id: "live://2000", accepts: [] });
      await waitFor(async () => {
        await push("room?operation=1000&type=live&room=2000", "again");
        return client.messages.some((got) => got.text === "again");
      });
    });
  },
);

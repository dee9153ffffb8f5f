import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from "vitest";
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

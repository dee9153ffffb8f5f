/** What happens to users, posted to a URL by the running system; and the limits of comet. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { GoimClientError } from "../../src/sdk/index.ts";
import { connectClient } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";
import { SdkSystem } from "./sdk-system.ts";

interface Told {
  readonly id: string;
  readonly type: string;
  readonly event: Readonly<Record<string, unknown>>;
}

describe.each(["kv", "redis"] as const)("hooks and limits, sessions in %s", (store) => {
  let sdk: SdkSystem;
  let server: Server;
  const told: Told[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        told.push(JSON.parse(body) as Told);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    sdk = await SdkSystem.start({
      store,
      logics: 2,
      env: {
        GOIM_HOOKS_HTTP_URL: `http://127.0.0.1:${port}/`,
        GOIM_HOOKS_HTTP_EVENTS: "online,offline,join,leave,undelivered",
        GOIM_HOOKS_HTTP_RETRY_MIN: "50ms",
        GOIM_MOVES_EVENTS: "true",
        GOIM_ADMISSION_PER_USER: "2",
        GOIM_ADMISSION_PACKETS: "50",
        GOIM_ADMISSION_REFUSALS_MAX: "200",
        GOIM_ADMISSION_PROXIES: "127.0.0.1",
        GOIM_ADMISSION_FORWARDED_FOR: "true",
        GOIM_ADMISSION_PER_ADDRESS: "3",
      },
    });
  });
  afterEach(() => sdk?.closeClients());
  afterAll(async () => {
    await sdk?.stop();
    server?.close();
  });

  const of = (mid: string) => told.filter(({ event }) => event.mid === mid);
  const typesOf = (mid: string) => of(mid).map(({ type }) => type);

  describe("events of the running system", () => {
    const through = store === "kv" ? ", also through a killed logic" : "";
    it(`are posted: who came, joined, left and went${through}`, async () => {
      const client = await sdk.online({ token: { mid: 71, key: "k71", device: "d71" } });
      const room = client.joinRoom("live://hooked");
      await room.ready;
      await room.leave();
      const [, second] = sdk.system.logics;
      // What it had taken comes when its time with it is over, which is long: seen in one store.
      if (store === "kv") await second?.kill9();
      await client.close();
      await waitFor(() => new Set(typesOf("71")).size === 4, {
        timeoutMs: 30_000,
        describe: () => `four events, there are ${typesOf("71").join(" ")}`,
      });
      expect([...new Set(typesOf("71"))].sort()).toEqual(["join", "leave", "offline", "online"]);
      const join = of("71").find(({ type }) => type === "join");
      expect(join?.event).toMatchObject({ room: "live://hooked", key: "k71", device: "d71" });
      if (store === "kv") await second?.start();
    });

    it("bring a message that found nobody", async () => {
      await sdk.push("mids", { mids: "72" }, "wake up");
      await waitFor(() => typesOf("72").includes("undelivered"), { timeoutMs: 20_000 });
      const body = of("72")[0]?.event.bodyBase64;
      expect(Buffer.from(String(body), "base64").toString()).toBe("wake up");
    });
  });

  describe("limits", () => {
    it("a user has so many connections; the newcomer is closed with its code", async () => {
      await sdk.online({ token: { mid: 73, key: "a" } });
      await sdk.online({ token: { mid: 73, key: "b" } });
      // Who comes again with its key takes its own place.
      const again = await connectClient({ url: sdk.system.comets[0].ws });
      await again.auth({ mid: 73, key: "b" });
      const third = sdk.client({ token: { mid: 73, key: "c" } });
      third.connect();
      await waitFor(() => third.state.name === "waiting");
      expect(third.state).toMatchObject({ cause: { code: 4010, final: false } });
      await again.close();
    });

    it("a connection has so many packets; what is above is busy, and abuse is closed", async () => {
      const client = await sdk.online({ token: { mid: 74 } });
      const codes = await Promise.all(
        Array.from({ length: 150 }, () =>
          client.sub(1).then(
            () => "done",
            (error: GoimClientError) => error.code,
          ),
        ),
      );
      expect(codes.slice(0, 90)).toEqual(Array(90).fill("done"));
      expect(codes.slice(-10)).toEqual(Array(10).fill("busy"));
      const all = Array.from({ length: 300 }, () => client.sub(1).catch(() => undefined));
      await waitFor(() => client.state.name === "waiting");
      expect(client.state).toMatchObject({ cause: { code: 4005 } });
      await client.close();
      await Promise.all(all);
    });

    it("an address has so many, told by the balancer in front", async () => {
      const { ws } = sdk.system.comets[0];
      const from = (address: string) =>
        connectClient({ url: ws, headers: { "X-Forwarded-For": `9.9.9.9, ${address}` } });
      const clients = [await from("1.2.3.4"), await from("1.2.3.4"), await from("1.2.3.4")];
      const fourth = await from("1.2.3.4");
      expect((await fourth.closed).code).toBe(4010);
      const other = await from("1.2.3.5");
      await other.auth({ mid: 75 });
      for (const client of [...clients, other]) await client.close();
    });
  });
});

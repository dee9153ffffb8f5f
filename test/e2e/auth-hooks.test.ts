/** The user's own service decides about logins, over NATS and over HTTP. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectClient } from "../harness/client.ts";
import { connectV2 } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";

interface Question {
  readonly token: string;
  readonly asked: { readonly mid: string; readonly key: string; readonly room_id: string };
  readonly clientIp: string;
  readonly cookie: string;
  readonly origin: string;
  readonly transport: string;
  readonly version: number;
}

/** Answers by token; undefined = none at all. */
function decide({ token, asked }: Question): object | undefined {
  if (token === "silent") return undefined;
  if (token === "no") return { allow: false };
  if (token === "why") return { allow: false, code: "unauthorized", text: "bye\r\nX: 1" };
  if (token === "late") return { allow: false, code: "busy" };
  if (token === "broken") return { allow: true, rooms: 7 };
  if (token === "narrow") return { allow: true, mid: "9007199254740993", rooms: ["live://1"] };
  return { allow: true, mid: asked.mid };
}

const big = "9007199254740993";

describe.each([
  ["nats", "kv"],
  ["http", "redis"],
] as const)("the connect hook over %s, sessions in %s", (mode, store) => {
  let system: System;
  let nats: NatsConnection | undefined;
  let server: Server | undefined;
  const asked: Question[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        const question = JSON.parse(text) as Question;
        asked.push(question);
        const answer = decide(question);
        if (answer === undefined) return;
        const number = JSON.stringify(answer).replace(`"mid":"${big}"`, `"mid":${big}`);
        response.writeHead(200, { "Content-Type": "application/json" }).end(number);
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const env = {
      GOIM_AUTH_MODE: mode,
      GOIM_AUTH_URL: `http://127.0.0.1:${port}/connect`,
      GOIM_AUTH_HOOK_TIMEOUT: "300ms",
      GOIM_AUTH_HOOK_RETRIES: "1",
      GOIM_WEBSOCKET_ORIGINS: "https://shop.example,https://*.shop.example",
      GOIM_PROTOCOL_HANDSHAKE_TIMEOUT: "2s",
    };
    system = await startSystem({ store, env });
    if (mode === "http") return;
    // As the user's service would: nothing of ours.
    nats = await connect({ servers: system.nats.url });
    nats.subscribe("goim.hook.connect", {
      callback: (_, message) => {
        const question = message.json<Question>();
        asked.push(question);
        const answer = decide(question);
        if (answer !== undefined) message.respond(JSON.stringify(answer));
      },
    });
    await nats.flush();
  }, 60_000);
  afterAll(async () => {
    await nats?.close();
    server?.closeAllConnections();
    server?.close();
    await system.stop();
  });

  const url = () => system.comets[0].ws;
  const login = async (token: string, headers: Record<string, string> = {}) => {
    const client = await connectV2({ url: url(), headers });
    return { client, reply: await client.auth(JSON.stringify({ mid: 5, token })) };
  };
  const refusal = async (token: string) => {
    const client = await connectClient({ url: url() });
    await client.auth(JSON.stringify({ mid: token === "narrow" ? 0 : 5, token })).catch(() => {});
    return await client.closed;
  };

  it("is asked with what the client brought, cookies and origin included", async () => {
    const headers = { Cookie: "sid=1; theme=dark", Origin: "https://www.shop.example" };
    const { client, reply } = await login("yes", headers);
    expect(reply.mid).toBe("5");
    expect(asked.at(-1)).toMatchObject({
      ...{ token: "yes", cookie: "sid=1; theme=dark", origin: "https://www.shop.example" },
      ...{ clientIp: "127.0.0.1", transport: "ws", version: 2 },
      asked: { mid: "5", key: "", room_id: "" },
    });
    await client.client.close();
  });

  it("may replace who it is, and narrow what is allowed", async () => {
    const client = await connectV2({ url: url() });
    const reply = await client.auth(JSON.stringify({ token: "narrow", room_id: "live://2" }));
    expect(reply).toMatchObject({
      mid: big,
      room: { room: "live://2", error: { code: "forbidden" } },
    });
    expect(await client.join("live://1")).toMatchObject([{ room: "live://1" }]);
    await client.client.close();
  });

  it("may refuse, and its words end no line", async () => {
    expect((await refusal("no")).code).toBe(4503);
    const why = await refusal("why");
    expect(why.code).toBe(4503);
    for (const line of system.logs().split("\n")) {
      expect(() => JSON.parse(line.replace(/^\[[\w-]+\] /, "")), line).not.toThrow();
    }
  });

  it("lets nobody in while it is silent, says to come again, or makes no sense", async () => {
    // These pass by themselves, so comet asks again until the handshake's time is over.
    expect((await refusal("silent")).code).toBe(4004);
    expect((await refusal("late")).code).toBe(4004);
    expect((await refusal("broken")).code).toBe(4503);
  });

  it("is not reached by pages of other origins", async () => {
    const count = asked.length;
    for (const origin of ["https://evil.example", "https://shop.example.evil", "null"]) {
      const refused = connectClient({ url: url(), headers: { Origin: origin } });
      await expect(refused, origin).rejects.toThrow("403");
    }
    for (const origin of ["https://shop.example.evil/.shop.example", "http://a.shop.example"]) {
      await expect(connectClient({ url: url(), headers: { Origin: origin } })).rejects.toThrow();
    }
    expect(asked.length).toBe(count);
    const { client } = await login("yes", { Origin: "https://shop.example" });
    await client.client.close();
  });
});

describe("without a connect hook", () => {
  it("logins are as with insecure where hookFailure is open", async () => {
    const env = {
      GOIM_AUTH_MODE: "nats",
      GOIM_AUTH_HOOK_FAILURE: "open",
      GOIM_AUTH_HOOK_TIMEOUT: "200ms",
      GOIM_AUTH_HOOK_RETRIES: "0",
    };
    const system = await startSystem({ env });
    try {
      const client = await connectV2({ url: system.comets[0].ws });
      expect(await client.auth({ mid: 5, key: "k" })).toMatchObject({ mid: "5", key: "k" });
      await client.client.close();
    } finally {
      await system.stop();
    }
  }, 60_000);
});

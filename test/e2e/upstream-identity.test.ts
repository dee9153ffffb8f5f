/** Who is behind messages and calls is what logic verified, whatever the client writes. */
import { connect, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Operation } from "../../src/protocol/operation.ts";
import { encodeMeta } from "../../src/protocol/v2.ts";
import { connectClient } from "../harness/client.ts";
import { connectV2 } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { hs256, inSeconds, SECRET } from "../harness/tokens.ts";
import { waitFor } from "../harness/wait.ts";

const token = hs256({ mid: 7, key: "k7", exp: inSeconds(600), device: "é % ,x" });
const room = "live://a,b %0D%0AGoim-Mid: 8";
const forged = '{"mid":8,"key":"k8","Goim-Mid":"8"}\r\nGoim-Mid: 8\r\n\r\n';

describe.each(["kv", "redis"] as const)("identity upstream, sessions in %s", (store) => {
  let system: System;
  let nats: NatsConnection | undefined;
  const asked: MsgHdrs[] = [];

  beforeAll(async () => {
    const env = { GOIM_AUTH_MODE: "jwt", GOIM_AUTH_HS256: SECRET, GOIM_MODERATION_HOOK: "closed" };
    system = await startSystem({ store, env });
    nats = await connect({ servers: system.nats.url });
    nats.subscribe("goim.up.*", {
      callback: (_, message) => {
        if (message.headers !== undefined) asked.push(message.headers);
        message.respond("ok");
      },
    });
    nats.subscribe("goim.hook.message", {
      callback: (_, message) => {
        const { mid, key } = message.json<{ mid: string; key: string }>();
        message.respond(JSON.stringify({ action: "change", body: `${mid} ${key}` }));
      },
    });
    await nats.flush();
  }, 60_000);
  afterAll(async () => {
    await nats?.close();
    await system?.stop();
  });

  it("calls carry it in their headers, in version 1 and 2, and no header more", async () => {
    const one = await connectClient({ url: system.comets[0].ws });
    await one.auth(JSON.stringify({ token, room_id: room, mid: 7 }));
    await one.request(2000, forged);
    const two = await connectV2({ url: system.comets[0].ws });
    await two.auth(JSON.stringify({ token, key: "k8" }));
    await two.join(room, "live://b\r\nGoim-Mid: 8");
    await two.client.request(2001, forged);
    await waitFor(() => asked.length === 2);
    for (const headers of asked) {
      expect(headers.values("Goim-Mid")).toEqual(["7"]);
      expect(headers.values("Goim-Key")).toEqual(["k7"]);
      expect(headers.get("Goim-Device")).toBe("%C3%A9%20%25%20%2Cx");
      expect(headers.get("Goim-Rooms").split(",").map(decodeURIComponent)).toContain(room);
      for (const name of headers.keys()) expect(name).toMatch(/^(Goim-[A-Z][a-z]+|traceparent)$/);
    }
    await one.close();
    await two.client.close();
  });

  it("messages are the sender's own, in the stream and for the filter", async () => {
    const client = await connectV2({ url: system.comets[0].ws });
    await client.auth(token);
    await client.join("live://1");
    const claims = { mid: "8", sender: "8", key: "k8", device: "d8" };
    const seq = client.client.nextSeq();
    const meta = encodeMeta(
      ...([Operation.SendMsg, seq, { room: "live://1", op: 1000, ...claims }] as const),
      Buffer.from("x"),
    );
    client.client.write(meta);
    await client.client.answer(seq, Operation.SendMsg);
    await client.publish({ room: "live://1", op: 1000 }, "y");
    const answer = await fetch(`${system.logics[0].http}/api/v1/rooms/live/1/messages`);
    const { messages } = (await answer.json()) as { messages: { sender: string; body: string }[] };
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) {
      expect(message.sender).toBe("7");
      expect(message.body).toBe("7 k7");
    }
    await client.client.close();
  });

  it("no log line is of a client's making", () => {
    for (const line of system.logs().split("\n")) {
      expect(() => JSON.parse(line.replace(/^\[[\w-]+\] /, "")), line).not.toThrow();
    }
  });
});

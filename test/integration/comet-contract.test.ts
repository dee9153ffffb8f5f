/** goim's contract, sections 1 to 3, as far as comet keeps it: one test per statement. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GoimError } from "../../src/kit/errors.ts";
import { encodePacket } from "../../src/protocol/frame.ts";
import { waitFor } from "../harness/wait.ts";
import { CometSystem } from "./comet-system.ts";

let system: CometSystem;

beforeAll(async () => {
  system = await CometSystem.start({
    GOIM_PROTOCOL_HANDSHAKE_TIMEOUT: "2s",
    GOIM_ONLINE_RENEW_INTERVAL: "100ms",
  });
});
afterAll(() => system.stop());
beforeEach(() => {
  system.logic.heartbeatMs = 240_000;
  system.logic.roomTotalExtra = 0;
  system.logic.receiveError = undefined;
  system.logic.received.length = 0;
});
afterEach(() => system.closeClients());

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe.each(["ws", "tcp"] as const)("over %s", (transport) => {
  describe("auth (7/8)", () => {
    it("is answered with an empty body and the same seq", async () => {
      const client = await system.connect(transport);
      const reply = await client.auth({ mid: 1 });
      expect(reply).toMatchObject({ ver: 1, op: 8 });
      expect(reply.body).toHaveLength(0);
      expect(hex(client.raw[0]?.bytes ?? Buffer.alloc(0))).toBe("00000010001000010000000800000001");
    });

    it("gets everything optional: an empty object logs in", async () => {
      const client = await system.logIn(transport, {});
      expect(await client.heartbeat()).toBe(0);
    });

    it("hands the token as it is to logic, with the connection's facts", async () => {
      await system.logIn(transport, { mid: 5, key: "facts" });
      const request = system.logic.connects.at(-1);
      expect(JSON.parse(Buffer.from(request?.token ?? []).toString())).toEqual({
        ...{ mid: 5, key: "facts" },
      });
      expect(request).toMatchObject({ transport, clientIp: "127.0.0.1", ver: 1 });
    });

    it("that is not JSON, or is empty, closes without an answer", async () => {
      for (const token of ["no json", ""]) {
        const client = await system.connect(transport);
        client.send(7, token);
        const { code } = await client.closed;
        if (transport === "ws") expect(code).toBe(4501);
        expect(client.replies).toEqual([]);
      }
    });

    it("that logic refuses closes with a code of its own", async () => {
      const client = await system.connect(transport);
      client.send(7, '{"mid":666}');
      const { code, reason } = await client.closed;
      if (transport === "ws") expect([code, reason]).toEqual([4503, "not you"]);
    });

    it("that does not come in time closes", async () => {
      const client = await system.connect(transport);
      const startedAt = performance.now();
      const { code } = await client.closed;
      expect(performance.now() - startedAt).toBeGreaterThan(1900);
      if (transport === "ws") expect(code).toBe(4001);
    });

    it("is all that counts before it: other packets are ignored and unanswered", async () => {
      const client = await system.connect(transport);
      for (const op of [2, 4, 12, 14, 999]) client.send(op, "1000");
      await client.auth({ mid: 1, accepts: [] });
      expect(client.replies.map(({ op }) => op)).toEqual([8]);
      expect(system.logic.received).toEqual([]);
    });
  });

  describe("heartbeat (2/3)", () => {
    it("is answered with 4 bytes: 0 without a room", async () => {
      const client = await system.logIn(transport);
      const reply = await client.request(2);
      expect(hex(reply.body)).toBe("00000000");
    });

    it("has the room's total over all comets", async () => {
      system.logic.roomTotalExtra = 1000;
      const client = await system.logIn(transport, { room_id: "live://totals" });
      expect(await waitFor(async () => (await client.heartbeat()) === 1001)).toBe(true);
    });

    it("50 at once are 50 answers, in order", async () => {
      const client = await system.logIn(transport);
      const packets = Array.from({ length: 50 }, (_, index) =>
        encodePacket({ ver: 1, op: 2, seq: 100 + index }),
      );
      if (transport === "tcp") client.write(Buffer.concat(packets));
      else for (const bytes of packets) client.write(bytes);
      await waitFor(() => client.replies.length === 51);
      const seqs = client.replies.slice(1).map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => 100 + index));
    });

    it("keeps the connection, as every packet does; silence ends it", async () => {
      system.logic.heartbeatMs = 1000;
      const [silent, beating, busy] = await Promise.all([
        ...[system.logIn(transport), system.logIn(transport), system.logIn(transport)],
      ]);
      const alive = setInterval(() => {
        beating?.send(2);
        busy?.send(14, "1000");
      }, 300);
      const startedAt = performance.now();
      const closed = await silent?.closed;
      const passedMs = performance.now() - startedAt;
      await waitFor(() => performance.now() - startedAt > passedMs + 1500, { timeoutMs: 5000 });
      clearInterval(alive);
      expect(passedMs).toBeGreaterThan(1900);
      expect(passedMs).toBeLessThan(3900);
      if (transport === "ws") expect(closed?.code).toBe(4002);
      expect([beating?.end, busy?.end]).toEqual([undefined, undefined]);
    });
  });

  describe("change room (12/13)", () => {
    it("echoes the body, and pushes follow the client into the new room only", async () => {
      const client = await system.logIn(transport, { room_id: "live://a" });
      const reply = await client.changeRoom("live://b");
      expect(Buffer.from(reply.body).toString()).toBe("live://b");
      await system.pushRoom("live://a", 1000, "old room");
      await system.pushRoom("live://b", 1000, "new room");
      await client.waitForCount(1);
      expect(client.messages.map(({ text }) => text)).toEqual(["new room"]);
    });

    it('leaves with ""', async () => {
      const client = await system.logIn(transport, { room_id: "live://c" });
      expect((await client.changeRoom("")).body).toHaveLength(0);
      expect(await client.heartbeat()).toBe(0);
    });

    it("takes any text for a room, not only type://name", async () => {
      const client = await system.logIn(transport, { room_id: "just a name" });
      await system.pushRoom("just a name", 1000, "hello");
      await client.waitForCount(1);
      await client.changeRoom("弹幕://房间 1");
      await system.pushRoom("弹幕://房间 1", 1000, "你好");
      await client.waitForCount(2);
      expect(client.messages.map(({ text }) => text)).toEqual(["hello", "你好"]);
    });

    it("misses nothing that is pushed after its reply", async () => {
      const client = await system.logIn(transport);
      for (let round = 0; round < 20; round++) {
        await client.changeRoom(`live://quick-${round}`);
        await system.pushRoom(`live://quick-${round}`, 1000, String(round));
        await client.waitForCount(round + 1);
      }
      expect(client.messages.map(({ text }) => Number(text))).toEqual(
        Array.from({ length: 20 }, (_, round) => round),
      );
    });
  });

  describe("sub and unsub (14/15, 16/17)", () => {
    it("echo the body and change what keyed pushes arrive", async () => {
      const client = await system.logIn(transport, { key: "sub", accepts: [1000] });
      expect(Buffer.from((await client.sub(1002, 1003)).body).toString()).toBe("1002,1003");
      await system.deliver({ keys: ["sub"], entries: [[1024, 1002, "a"]] });
      expect(Buffer.from((await client.unsub(1002)).body).toString()).toBe("1002");
      await system.deliver({ keys: ["sub"], entries: [[2048, 1002, "b"]] });
      await system.deliver({ keys: ["sub"], entries: [[3072, 1003, "c"]] });
      await client.waitForCount(2);
      expect(client.messages.map(({ text }) => text)).toEqual(["a", "c"]);
    });

    it("ignore a bad body and still answer", async () => {
      const client = await system.logIn(transport, { key: "bad-sub", accepts: [1000] });
      const reply = await client.request(14, "1002,x");
      expect(Buffer.from(reply.body).toString()).toBe("1002,x");
      await system.deliver({ keys: ["bad-sub"], entries: [[1, 1002, "no"]] });
      await system.deliver({ keys: ["bad-sub"], entries: [[2, 1000, "yes"]] });
      await client.waitForCount(1);
      expect(client.messages.map(({ text }) => text)).toEqual(["yes"]);
    });
  });

  describe("any other operation", () => {
    it.each([4, 999, 3, -7])("op %i goes to logic and comes back empty", async (op) => {
      const token = { mid: 5, key: `up-${op}-${transport}`, room_id: "live://up" };
      const client = await system.logIn(transport, token);
      const reply = await client.request(op, "payload");
      expect(reply).toMatchObject({ op });
      expect(reply.body).toHaveLength(0);
      const [request] = system.logic.received;
      expect(request).toMatchObject({ key: token.key, room: "live://up" });
      expect(request?.proto).toMatchObject({ op, seq: reply.seq });
      expect(Buffer.from(request?.proto?.body ?? []).toString()).toBe("payload");
    });

    it("is answered also when logic failed", async () => {
      system.logic.receiveError = new GoimError("unavailable", "test");
      const client = await system.logIn(transport);
      expect((await client.request(4, "x")).op).toBe(4);
    });

    it("is answered in the order sent, whatever each of them asks for", async () => {
      const client = await system.logIn(transport);
      const wanted = [
        ...[client.send(4, "x"), client.send(2), client.send(12, "live://order")],
        ...[client.send(14, "1000"), client.send(999), client.send(2)],
      ];
      await waitFor(() => client.replies.length === wanted.length + 1);
      expect(client.replies.slice(1).map(({ seq }) => seq)).toEqual(wanted);
    });
  });

  describe("bytes from clients", () => {
    it("a body of 4096 bytes is taken, one more closes", async () => {
      const client = await system.logIn(transport);
      expect((await client.request(4, "x".repeat(4096))).op).toBe(4);
      client.send(4, "x".repeat(4097));
      const { code } = await client.closed;
      if (transport === "ws") expect(code).toBe(4502);
    });

    it("that are no packet close with a reason and a count, and nothing else suffers", async () => {
      const witness = await system.logIn(transport, { room_id: "live://witness" });
      const before = await system.metric("closes_malformed_total");
      const headerLen17 = encodePacket({ ver: 1, op: 2, seq: 1 });
      headerLen17[5] = 17;
      const negative = Buffer.from("ffffffff001000010000000200000001", "hex");
      for (const bytes of [headerLen17, negative]) {
        const client = await system.logIn(transport);
        client.write(bytes);
        const { code } = await client.closed;
        if (transport === "ws") expect(code).toBe(4501);
      }
      expect(await system.metric("closes_malformed_total")).toBe(before + 2);
      await system.pushRoom("live://witness", 1000, "still here");
      await witness.waitForCount(1);
    });
  });

  describe("pushes", () => {
    it("to a room reach everyone in it, accepted or not", async () => {
      const client = await system.logIn(transport, { room_id: "live://r1", accepts: [1000] });
      await system.pushRoom("live://r1", 1002, "m0");
      const [message] = await client.waitForCount(1);
      expect(message).toMatchObject({ op: 1002, text: "m0" });
    });

    it("to keys and mids reach only connections that accept the operation", async () => {
      const client = await system.logIn(transport, { mid: 8, key: "kk", accepts: [1000] });
      const { results } = await system.deliver({
        mid: "8",
        keys: ["kk", "nobody"],
        entries: [
          [1024, 1001, "no"],
          [1025, 1000, "yes"],
        ],
      });
      expect(results[0]).toMatchObject({ delivered: 1, unknown: ["nobody"] });
      await client.waitForCount(1);
      expect(client.messages.map(({ text }) => text)).toEqual(["yes"]);
    });

    it("to all reach only connections that accept the operation", async () => {
      const yes = await system.logIn(transport, { accepts: [1005] });
      const no = await system.logIn(transport, { key: "all-no", accepts: [1000] });
      await system.pushAll(1005, "for all");
      await yes.waitForCount(1);
      await system.deliver({ keys: ["all-no"], entries: [[9, 1000, "later"]] });
      await no.waitForCount(1);
      expect(no.messages.map(({ text }) => text)).toEqual(["later"]);
    });

    it("carry ver 1 and seq 0; bare packets on TCP, op 9 around them on WebSocket", async () => {
      const client = await system.logIn(transport, { key: "bytes", accepts: [1000] });
      await system.deliver({
        keys: ["bytes"],
        entries: [
          [1, 1000, "m0"],
          [2, 1000, "m1"],
        ],
      });
      await client.waitForCount(2);
      const inner = "0000001200100001000003e8000000006d30" + "0000001200100001000003e8000000006d31";
      const all = hex(Buffer.concat(client.raw.slice(1).map(({ bytes }) => bytes)));
      const frame = transport === "ws" ? `00000034001000010000000900000000${inner}` : inner;
      expect(all).toBe(frame);
    });

    it("of 60000 bytes pass", async () => {
      const client = await system.logIn(transport, { key: "big", accepts: [1000] });
      await system.deliver({ keys: ["big"], entries: [[1, 1000, "x".repeat(60_000)]] });
      const [message] = await client.waitForCount(1);
      expect(message?.body).toHaveLength(60_000);
    });

    it("to a mid reach each of its keys", async () => {
      const clients = [
        await system.logIn(transport, { mid: 9, key: "d1", accepts: [1000] }),
        await system.logIn(transport, { mid: 9, key: "d2", accepts: [1000] }),
      ];
      await system.deliver({ mid: "9", keys: ["d1", "d2"], entries: [[1, 1000, "both"]] });
      for (const client of clients) await client.waitForCount(1);
    });
  });

  describe("the same key again", () => {
    it("closes the old connection at once and ends only its session", async () => {
      const old = await system.logIn(transport, { key: "twice", accepts: [1000] });
      const oldConn = Number(system.logic.connects.at(-1)?.conn);
      const young = await system.logIn(transport, { key: "twice", accepts: [1000] });
      const { code } = await old.closed;
      if (transport === "ws") expect(code).toBe(4500);
      const ended = () => system.logic.disconnects.filter(({ conn }) => conn >= oldConn);
      await waitFor(() => ended().length > 0);
      expect(ended()).toEqual([{ key: "twice", conn: oldConn }]);
      await system.deliver({ keys: ["twice"], entries: [[1, 1000, "to the new one"]] });
      await young.waitForCount(1);
    });
  });
});

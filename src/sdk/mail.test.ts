import { describe, expect, it } from "vitest";
import { encodeBatch } from "../protocol/frame-batch.ts";
import { Operation } from "../protocol/operation.ts";
import { Bench } from "./client.fixture.ts";

const acked = (bench: Bench) => bench.server.requests(Operation.Ack).map(({ offset }) => offset);

describe("the user's log", () => {
  it("replays what waits, and acknowledges it together when it is handled", async () => {
    const bench = new Bench();
    for (const text of ["a", "b", "c"]) bench.server.pushUser(text);
    const seen: string[] = [];
    bench.client.onMessage((message) => seen.push(`${message.log} ${message.text()}`));
    const stored: number[] = [];
    bench.client.on("acked", ({ offset }) => stored.push(offset));
    await bench.online();
    expect(seen).toEqual(["user a", "user b", "user c"]);
    expect(acked(bench)).toEqual([]);
    await bench.run(200);
    expect([acked(bench), bench.server.cursor, stored]).toEqual([[3072], 3072, [3072]]);
    bench.server.pushUser("d");
    await bench.run(250);
    expect(acked(bench)).toEqual([3072, 4096]);
    await bench.close();
  });

  it("sends what is acknowledged before it closes", async () => {
    const bench = new Bench();
    bench.server.pushUser("a");
    bench.client.onMessage(() => undefined);
    await bench.online();
    await bench.close();
    expect(bench.server.cursor).toBe(1024);
  });

  it("drops a replay of what it has, and acknowledges it on the new connection", async () => {
    const bench = new Bench();
    const seen: string[] = [];
    bench.client.onMessage((message) => seen.push(message.text()));
    await bench.online();
    bench.server.pushUser("a");
    bench.server.pushUser("b");
    await bench.run(10);
    bench.server.socket.cut();
    bench.server.pushUser("c");
    await bench.run(2_000);
    expect(seen).toEqual(["a", "b", "c"]);
    expect(bench.server.cursor).toBe(3072);
    await bench.close();
  });

  it("acknowledges no more than this connection was sent, however much was handled", async () => {
    const bench = new Bench();
    bench.client.onMessage(() => undefined);
    await bench.online();
    for (const text of ["a", "b", "c", "d", "e"]) bench.server.pushUser(text);
    await bench.run(10);
    bench.server.socket.cut();
    bench.server.page = 2;
    await bench.run(2_600);
    expect([acked(bench), bench.errors]).toEqual([[2048, 4096, 5120], []]);
    await bench.close();
  });

  it("waits for an async listener, and goes on with the next only then", async () => {
    const bench = new Bench();
    const release: (() => void)[] = [];
    const seen: string[] = [];
    bench.client.onMessage((message) => {
      seen.push(message.text());
      return new Promise<void>((resolve) => release.push(resolve));
    });
    await bench.online();
    bench.server.pushUser("a");
    bench.server.pushUser("b");
    await bench.run(300);
    expect([seen, acked(bench)]).toEqual([["a"], []]);
    release[0]?.();
    await bench.run(300);
    expect([seen, acked(bench)]).toEqual([["a", "b"], [1024]]);
    // While it is being handled a replay must not start it a second time.
    bench.server.socket.cut();
    await bench.run(2_000);
    expect(seen).toEqual(["a", "b"]);
    release[1]?.();
    await bench.run(300);
    expect(bench.server.cursor).toBe(2048);
    await bench.close();
  });

  it("never acknowledges past a failure; that one comes again, the others do not", async () => {
    const bench = new Bench();
    const seen: string[] = [];
    let broken = true;
    bench.client.onMessage(async (message) => {
      seen.push(message.text());
      if (broken && message.text() === "b") throw new Error("the database is away");
    });
    for (const text of ["a", "b", "c"]) bench.server.pushUser(text);
    await bench.online();
    await bench.run(500);
    expect([seen, bench.server.cursor]).toEqual([["a", "b", "c"], 1024]);
    expect(bench.errors.map(({ code }) => code)).toEqual(["handler"]);
    expect(bench.errors[0]?.message).toContain("user 2048");
    broken = false;
    bench.server.socket.cut();
    await bench.run(2_000);
    expect([seen, bench.server.cursor]).toEqual([["a", "b", "c", "b"], 3072]);
    await bench.close();
  });

  it("is acknowledged by hand with autoAck off", async () => {
    const bench = new Bench({ autoAck: false });
    const seen: number[] = [];
    bench.client.onMessage((message) => seen.push(message.offset));
    for (const text of ["a", "b", "c"]) bench.server.pushUser(text);
    await bench.online();
    await bench.run(300);
    expect([seen, acked(bench)]).toEqual([[1024, 2048, 3072], []]);
    bench.client.ack(2048);
    await bench.run(300);
    expect(acked(bench)).toEqual([2048]);
    bench.server.socket.cut();
    await bench.run(2_000);
    expect(seen).toEqual([1024, 2048, 3072]);
    await bench.close();
  });

  it("waits for a listener, and a loop handles a message by asking for the next", async () => {
    const bench = new Bench();
    for (const text of ["a", "b", "c"]) bench.server.pushUser(text);
    await bench.online();
    await bench.run(300);
    expect(acked(bench)).toEqual([]);
    const loop = bench.client.messages();
    expect((await loop.next()).value?.text()).toBe("a");
    await bench.run(300);
    expect(acked(bench)).toEqual([]);
    expect((await loop.next()).value?.text()).toBe("b");
    await bench.run(300);
    expect(acked(bench)).toEqual([1024]);
    // Left in the middle of b: that one is not handled.
    await loop.return?.();
    await bench.run(300);
    expect([acked(bench), bench.errors]).toEqual([[1024], []]);
    await bench.close();
  });

  it("takes no more than its bounds, and reads the rest from the mailbox", async () => {
    const bench = new Bench({ limits: { inbox: 3, unacknowledged: 8 } });
    const seen: number[] = [];
    const release: (() => void)[] = [];
    bench.client.onMessage((message) => {
      seen.push(message.offset / 1024);
      return new Promise<void>((resolve) => release.push(resolve));
    });
    for (let count = 0; count < 20; count++) bench.server.pushUser(`m${count}`);
    await bench.online();
    expect(bench.errors.map(({ code }) => code)).toEqual(["stuck"]);
    while (seen.length < 20) {
      release[seen.length - 1]?.();
      await bench.run(10);
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    release[19]?.();
    await bench.run(300);
    expect(bench.server.cursor).toBe(20 * 1024);
    await bench.close();
  });

  it("takes nothing that came after what it had no room for", async () => {
    const bench = new Bench({ limits: { inbox: 2 } });
    const seen: number[] = [];
    const release: (() => void)[] = [];
    bench.client.onMessage((message) => {
      seen.push(message.offset / 1024);
      return new Promise<void>((resolve) => release.push(resolve));
    });
    await bench.online();
    for (const text of ["1", "2", "3", "4"]) bench.server.pushUser(text);
    await bench.run(10);
    release[0]?.();
    await bench.run(10);
    // There is room for it again, but 4 is missing.
    bench.server.pushUser("5");
    for (let at = 1; at < 5; at++) {
      await bench.run(300);
      release[at]?.();
    }
    await bench.run(300);
    expect([seen, bench.server.cursor]).toEqual([[1, 2, 3, 4, 5], 5 * 1024]);
    await bench.close();
  });

  it("stops before a listener that always fails fills the memory", async () => {
    const bench = new Bench({ limits: { unacknowledged: 4 } });
    const seen: number[] = [];
    bench.client.onMessage((message) => {
      seen.push(message.offset / 1024);
      if (message.offset === 1024) throw new Error("poison");
    });
    for (let count = 0; count < 10; count++) bench.server.pushUser(`m${count}`);
    await bench.online();
    await bench.run(500);
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(bench.errors.map(({ code }) => code)).toEqual(["handler", "stuck"]);
    bench.client.ack(1024);
    await bench.run(500);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await bench.close();
  });

  it("tells of another epoch and of what the mailbox dropped", async () => {
    const bench = new Bench();
    const said: unknown[] = [];
    bench.client.on("reset", (reset) => said.push(reset));
    bench.client.on("truncated", (truncated) => said.push(truncated));
    bench.client.onMessage((message) => said.push(message.text()));
    for (const text of ["a", "b", "c"]) bench.server.pushUser(text);
    bench.server.mailOldest = 2048;
    await bench.online();
    expect(said).toEqual([{ oldest: 2048 }, "b", "c"]);
    said.length = 0;
    bench.server.socket.cut();
    bench.server.mail.restart("E2");
    bench.server.mailOldest = 0;
    bench.server.cursor = 0;
    bench.server.pushUser("new life");
    await bench.run(2_000);
    expect(said).toEqual([{ epoch: "E2" }, "new life"]);
    expect(bench.server.cursor).toBe(1024);
    await bench.close();
  });
});

describe("keyed pushes and broadcasts", () => {
  const body = new Uint8Array(0);
  const push = (bench: Bench, offset: number, log: number) => {
    bench.server.socket.write(encodeBatch([{ offset, op: 1000, body }], log).v2);
  };

  it("come through the same listener, broadcasts each once over all connections", async () => {
    const bench = new Bench();
    const seen: string[] = [];
    bench.client.onMessage(({ log, offset }) => seen.push(`${log} ${offset}`));
    await bench.online();
    for (const offset of [5, 6]) push(bench, offset, 0);
    for (const offset of [7, 6, 7, 8]) push(bench, offset, 2);
    await bench.run();
    expect(seen).toEqual(["key 5", "key 6", "all 7", "all 8"]);
    // A kept broadcast comes again at each login.
    bench.server.socket.cut();
    await bench.run(2_000);
    push(bench, 7, 2);
    push(bench, 9, 2);
    await bench.run();
    expect(seen.slice(4)).toEqual(["all 9"]);
    await bench.close();
  });

  it("are dropped, and said to be, when the app is too slow for them", async () => {
    const bench = new Bench({ limits: { inbox: 1 } });
    const dropped: unknown[] = [];
    bench.client.on("dropped", (value) => dropped.push(value));
    bench.client.onMessage(() => new Promise(() => undefined));
    await bench.online();
    for (const offset of [1, 2, 3]) push(bench, offset, 0);
    await bench.run();
    expect(dropped).toEqual([{ log: "key", offset: 3 }]);
    await bench.close();
  });
});

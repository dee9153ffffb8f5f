import { describe, expect, it } from "vitest";
import { Operation } from "../protocol/operation.ts";
import { Bench } from "./client.fixture.ts";

const decoder = new TextDecoder();
const room1 = "live://1";

describe("a room", () => {
  it("gives its past and then what is live, once and in order", async () => {
    const bench = new Bench();
    for (const text of ["a", "b", "c"]) bench.server.pushRoom(room1, text);
    const room = bench.client.joinRoom(room1, { history: 2 });
    const seen: string[] = [];
    room.onMessage((message) => seen.push(message.text()));
    await bench.online();
    await room.ready;
    bench.server.pushRoom(room1, "d");
    await bench.run();
    expect(seen).toEqual(["b", "c", "d"]);
    expect(room.offset).toBe(4 * 1024);
    expect(bench.client.joinRoom(room1)).toBe(room);
    await bench.close();
  });

  it("drops what it has already", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    const seen: string[] = [];
    room.onMessage((message) => seen.push(message.text()));
    await bench.online();
    const first = bench.server.pushRoom(room1, "a");
    const second = bench.server.pushRoom(room1, "b");
    bench.server.socket.push([first, second], 16);
    await bench.run();
    expect(seen).toEqual(["a", "b"]);
    await bench.close();
  });

  it("is resumed with all the others in one frame, which no message slips through", async () => {
    const bench = new Bench();
    const names = ["live://1", "live://2", "live://3"];
    const seen: string[] = [];
    for (const name of names) {
      bench.client.joinRoom(name).onMessage((message) => seen.push(`${name} ${message.text()}`));
    }
    await bench.online();
    for (const name of names) bench.server.pushRoom(name, "before");
    await bench.run();
    bench.server.socket.cut();
    for (const name of names) bench.server.pushRoom(name, "meanwhile");
    await bench.run(2_000);
    for (const name of names) bench.server.pushRoom(name, "after");
    await bench.run();
    const texts = ["before", "meanwhile", "after"];
    expect(seen).toEqual(texts.flatMap((text) => names.map((name) => `${name} ${text}`)));
    const joins = bench.server.requests(Operation.Join).map(({ body }) => decoder.decode(body));
    expect(joins).toHaveLength(2);
    expect(JSON.parse(joins[1] ?? "")).toEqual({
      rooms: names.map((name) => ({ room: name, since: 1024, epoch: "E1" })),
    });
    await bench.close();
  });

  it("splits a join that is larger than the server takes", async () => {
    const bench = new Bench();
    const names = Array.from({ length: 60 }, (_, index) => `live://${"x".repeat(100)}${index}`);
    const rooms = names.map((name) => bench.client.joinRoom(name));
    await bench.online();
    const joins = bench.server.requests(Operation.Join);
    expect(joins).toHaveLength(2);
    expect(Math.max(...joins.map(({ body }) => body.length))).toBeLessThanOrEqual(4096);
    expect(rooms.every(({ state }) => state === "joined")).toBe(true);
    await bench.close();
  });

  it("says when there is a hole: another epoch, or older than what is kept", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    const said: unknown[] = [];
    room.onReset((reset) => said.push(reset));
    room.onTruncated((truncated) => said.push(truncated));
    room.onMessage((message) => said.push(message.text()));
    await bench.online();
    bench.server.pushRoom(room1, "a");
    await bench.run();
    bench.server.socket.cut();
    bench.server.room(room1).restart("E2");
    bench.server.pushRoom(room1, "unseen");
    await bench.run(2_000);
    bench.server.pushRoom(room1, "b");
    const state = { log: 16, epoch: "E2", offset: 0, oldest: 5120, reset: false };
    bench.server.socket.notice(Operation.LogState, state);
    await bench.run();
    bench.server.room(room1).restart("E3");
    bench.server.socket.notice(Operation.LogState, { ...state, epoch: "E3", reset: true });
    bench.server.pushRoom(room1, "c");
    await bench.run();
    expect(said).toEqual([
      "a",
      { epoch: "E2", offset: 1024, oldest: 1024 },
      "b",
      { oldest: 5120 },
      { epoch: "E3", offset: 0, oldest: 5120 },
      "c",
    ]);
    await bench.close();
  });

  it("does not believe a resume that begins behind what is missing", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    let resets = 0;
    room.onReset(() => {
      resets += 1;
    });
    await bench.online();
    bench.server.pushRoom(room1, "a");
    await bench.run();
    bench.server.socket.cut();
    bench.server.pushRoom(room1, "skipped");
    bench.server.skips = true;
    await bench.run(2_000);
    expect([resets, room.offset]).toEqual([1, 2048]);
    await bench.close();
  });

  it("hands nothing over after leave, and can be joined again", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    const seen: string[] = [];
    room.onMessage((message) => seen.push(`old ${message.text()}`));
    await bench.online();
    bench.server.pushRoom(room1, "late");
    const left = room.leave();
    const again = bench.client.joinRoom(room1);
    again.onMessage((message) => seen.push(`new ${message.text()}`));
    await bench.run();
    await left;
    bench.server.pushRoom(room1, "fresh");
    await bench.run();
    expect([room.state, again.state, seen]).toEqual(["left", "joined", ["new fresh"]]);
    await bench.close();
  });

  it("ends when the server refuses it, and asks again when the refusal may pass", async () => {
    const bench = new Bench();
    bench.server.refusals.set(Operation.Join, { code: "unavailable", text: "NATS is away" });
    const room = bench.client.joinRoom(room1);
    await bench.online();
    expect(room.state).toBe("joining");
    bench.server.refusals.set(Operation.Join, { code: "forbidden", text: "banned" });
    await bench.run(1_100);
    await expect(room.ready).rejects.toMatchObject({ code: "forbidden", room: room1 });
    expect(bench.errors.map(({ code }) => code)).toEqual(["forbidden"]);
    expect(room.state).toBe("left");
    await bench.close();
  });

  it("feeds a loop, and ends it with overflow when that is too slow", async () => {
    const bench = new Bench({ limits: { bufferedMessages: 2 } });
    const room = bench.client.joinRoom(room1);
    const [fast, slow] = [room.messages(), room.messages()];
    await bench.online();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const message of fast) seen.push(message.text());
    })();
    for (const text of ["a", "b", "c", "d"]) {
      bench.server.pushRoom(room1, text);
      await bench.run(2);
    }
    expect((await slow.next()).value?.text()).toBe("a");
    expect((await slow.next()).value?.text()).toBe("b");
    await expect(slow.next()).rejects.toMatchObject({ code: "overflow" });
    expect((await slow.next()).done).toBe(true);
    const closed = bench.client.close();
    await bench.run(3);
    await Promise.all([reading, closed]);
    expect(seen).toEqual(["a", "b", "c", "d"]);
  });

  it("spares the others when one listener fails, and says so", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    const seen: string[] = [];
    room.onMessage(() => {
      throw new Error("a bug");
    });
    room.onMessage(() => Promise.reject(new Error("another")) as unknown as undefined);
    room.onMessage((message) => seen.push(message.text()));
    await bench.online();
    bench.server.pushRoom(room1, "a");
    await bench.run();
    expect(seen).toEqual(["a"]);
    expect(bench.errors.map(({ code }) => code)).toEqual(["handler", "handler"]);
    await bench.close();
  });
});

describe("publish", () => {
  it("is answered with where the message stands", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    const seen: unknown[] = [];
    room.onMessage((message) => seen.push(message.json()));
    const receipt = room.publish(JSON.stringify({ hello: "你好" }));
    await bench.online();
    expect(await receipt).toEqual({ offset: 1024, epoch: "E1", duplicate: false });
    expect(seen).toEqual([{ hello: "你好" }]);
    await bench.close();
  });

  it("is repeated with its id after a loss: stored once, and in order", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    const seen: string[] = [];
    room.onMessage((message) => seen.push(message.text()));
    await bench.online();
    const receipts = ["a", "b", "c"].map((text) => room.publish(text));
    // It reaches the server; the answer is lost with the connection.
    bench.clock.advance(1);
    bench.server.socket.cut();
    await bench.run(2_000);
    expect((await Promise.all(receipts)).map(({ duplicate }) => duplicate)).toEqual([
      true,
      false,
      false,
    ]);
    expect(seen).toEqual(["a", "b", "c"]);
    await bench.close();
  });

  it("tries again what may pass, keeps the order, and gives up at the deadline", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    await bench.online();
    bench.server.refusals.set(Operation.SendMsg, { code: "busy", text: "later" });
    const one = room.publish("a");
    await bench.run(1_000);
    bench.server.refusals.delete(Operation.SendMsg);
    // It could go at once, and must not pass the one that waits for its next try.
    const two = room.publish("b");
    await bench.run(2_000);
    expect([(await one).offset, (await two).offset]).toEqual([1024, 2048]);
    bench.server.refusals.set(Operation.SendMsg, "silence");
    const lost = room.publish("c").catch((error) => error.code);
    await bench.run(30_100);
    bench.server.down = true;
    bench.server.socket.cut();
    await bench.run(5);
    const never = room.publish("d").catch((error) => error.code);
    await bench.run(30_100);
    expect([await lost, await never]).toEqual(["outcome_unknown", "timeout"]);
    await bench.close();
  });

  it("is refused where it cannot work", async () => {
    const bench = new Bench({ limits: { pendingPublishes: 1 } });
    const code = (promise: Promise<unknown>) => promise.then(String, (error) => error.code);
    expect(await code(bench.client.publish(room1, "x"))).toBe("not_joined");
    const room = bench.client.joinRoom(room1);
    const waiting = room.publish("one");
    expect(await code(room.publish("two"))).toBe("queue_full");
    await bench.online();
    await waiting;
    expect(await code(room.publish("x".repeat(4096)))).toBe("too_large");
    bench.server.refusals.set(Operation.SendMsg, { code: "forbidden", text: "muted" });
    const refused = code(room.publish("x"));
    await bench.run();
    expect(await refused).toBe("forbidden");
    await bench.close();
  });

  it("of a room that waits for its join holds up no other", async () => {
    const bench = new Bench();
    const room = bench.client.joinRoom(room1);
    await bench.online();
    bench.server.refusals.set(Operation.Join, { code: "busy", text: "later" });
    const second = bench.client.joinRoom("live://2");
    const [stuck, free] = [second.publish("s"), room.publish("f")];
    await bench.run();
    expect((await free).offset).toBe(1024);
    bench.server.refusals.delete(Operation.Join);
    await bench.run(1_100);
    expect((await stuck).offset).toBe(1024);
    await bench.close();
  });
});

describe("other requests", () => {
  it("history pages backwards, over a loss as well", async () => {
    const bench = new Bench();
    for (let count = 0; count < 5; count++) bench.server.pushRoom(room1, `m${count}`);
    const page = bench.client.history(room1, { limit: 2 });
    await bench.online();
    const newest = await page;
    expect(newest.messages.map((message) => message.text())).toEqual(["m3", "m4"]);
    expect([newest.next, newest.epoch]).toEqual([4 * 1024, "E1"]);
    const older = bench.client.history(room1, { before: newest.next ?? 0, limit: 10 });
    bench.server.socket.cut();
    await bench.run(2_000);
    const { messages, next } = await older;
    expect(messages.map((message) => message.text())).toEqual(["m0", "m1", "m2"]);
    expect(next).toBeUndefined();
    await bench.close();
  });

  it("sub and unsub are told at once, and at each login from then on", async () => {
    const bench = new Bench({ token: { accepts: [1, 2] } });
    await bench.online();
    const told = [bench.client.sub(3), bench.client.unsub(1)];
    await bench.run();
    await Promise.all(told);
    expect(decoder.decode(bench.server.requests(Operation.Sub)[0]?.body)).toBe("3");
    bench.server.socket.cut();
    await bench.run(2_000);
    const auth = bench.server.requests(Operation.Auth).at(-1);
    expect(JSON.parse(decoder.decode(auth?.body)).accepts).toEqual([2, 3]);
    await bench.close();
  });
});

import { describe, expect, it } from "vitest";
import { Operation } from "../protocol/operation.ts";
import { Bench } from "./client.fixture.ts";
import { GoimClientError } from "./errors.ts";

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error: unknown) => (error instanceof GoimClientError ? error.code : String(error)),
  );

describe("a call to a service", () => {
  it("waits for the connection and resolves to the answer", async () => {
    const bench = new Bench();
    const call = bench.client.request(2000, "hi");
    await bench.online();
    const reply = await call;
    expect([reply.op, reply.text()]).toEqual([2000, "re hi"]);
    await bench.close();
  });

  it("goes out while others wait, up to the bound, and each gets its own answer", async () => {
    const bench = new Bench({ limits: { callsInFlight: 3, pendingCalls: 5 } });
    await bench.online();
    bench.server.serviceMs = 50;
    const calls = [1, 2, 3, 4, 5].map((n) => bench.client.request(2000, `${n}`));
    expect(await code(bench.client.request(2000, "6"))).toBe("queue_full");
    await bench.run();
    expect(bench.server.requests(2000)).toHaveLength(3);
    await bench.run(200);
    const texts = (await Promise.all(calls)).map((reply) => reply.text());
    expect(texts).toEqual(["re 1", "re 2", "re 3", "re 4", "re 5"]);
    await bench.close();
  });

  it("fails with the service's code, in time, or as unknown; it is never sent twice", async () => {
    const bench = new Bench();
    await bench.online();
    bench.server.refusals.set(2001, { code: "unavailable", text: "nobody" });
    const refused = code(bench.client.request(2001, "x"));
    const late = code(bench.client.request(2000, "never", { timeout: 100 }));
    await bench.run(150);
    expect(await refused).toBe("unavailable");
    expect(await late).toBe("timeout");
    const lost = code(bench.client.request(2000, "never"));
    await bench.run(10);
    bench.server.socket.cut();
    await bench.run(3_000);
    expect(await lost).toBe("outcome_unknown");
    expect(bench.server.requests(2000)).toHaveLength(2);
    expect(await code(bench.client.request(2000, "x".repeat(4097)))).toBe("too_large");
    const waiting = code(bench.client.request(2000, "never"));
    await bench.close();
    expect(await waiting).toBe("closed");
  });
});

it("a message to a user needs no room, and is stored once over a loss", async () => {
  const bench = new Bench();
  await bench.online();
  bench.server.refusals.set(Operation.SendMsg, "silence");
  const receipt = bench.client.publishToUser("8", "hello");
  await bench.run();
  bench.server.refusals.clear();
  bench.server.socket.cut();
  await bench.run(3_000);
  expect(await receipt).toMatchObject({ duplicate: false });
  const sent = bench.server.requests(Operation.SendMsg).map(({ body }) => Buffer.from(body));
  expect(sent).toHaveLength(2);
  expect(sent[0]).toEqual(sent[1]);
  expect(sent[0]?.subarray(2).toString()).toMatch(/^\{"user":"8","op":1000,"id":"[^"]+"\}hello$/);
  await bench.close();
});

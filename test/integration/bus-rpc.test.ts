import { Svcm } from "@nats-io/services";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { createMicroService, serve } from "../../src/bus/rpc.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { type ErrorCode, errorTable, GoimError, isGoimError } from "../../src/kit/errors.ts";
import { silentLog } from "../../src/kit/log.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const bytes = (value: string) => new TextEncoder().encode(value);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const timeoutMs = 5_000;

let nats: TestNats;
let server: Bus;
let client: Bus;
/** An independent client: NATS's own. */
let foreign: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  const base = { url: nats.url, prefix: "goim", clock: systemClock, log: silentLog };
  server = await connectBus({ ...base, name: "server" });
  client = await connectBus({ ...base, name: "client" });
  foreign = await connect({ servers: nats.url });
});

afterAll(async () => {
  await Promise.all([server.close(), client.close(), foreign.close()]);
  await nats.stop();
});

/** Resolved from outside. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("serve", () => {
  it("brings every code of the table to the caller, with its sentence", async () => {
    serve(
      server,
      "fail",
      (data) => {
        throw new GoimError(text(data) as ErrorCode, `why\r\n${text(data)}`);
      },
      { maxInFlight: 10 },
    );
    await server.flush();
    for (const code of Object.keys(errorTable)) {
      const asked = client.request("fail", bytes(code), { timeoutMs });
      await expect(asked).rejects.toMatchObject({ code, message: `why ${code}` });
    }
  });

  it("answers a bug with internal, tells its owner, and goes on", async () => {
    const bugs: unknown[] = [];
    serve(
      server,
      "bug",
      async (data) => {
        await Promise.resolve();
        if (data.length > 0) throw new TypeError("secret detail");
        return bytes("good");
      },
      { maxInFlight: 10, onBug: (error) => bugs.push(error) },
    );
    await server.flush();
    const asked = client.request("bug", bytes("x"), { timeoutMs });
    await expect(asked).rejects.toMatchObject({ code: "internal", message: "the handler failed" });
    expect(bugs).toHaveLength(1);
    expect(text(await client.request("bug", bytes(""), { timeoutMs }))).toBe("good");
  });

  it("answers busy beyond its bound and takes more when a place is free", async () => {
    const { open, opened } = gate();
    const served = serve(server, "slow", () => opened.then(() => bytes("done")), {
      maxInFlight: 2,
    });
    await server.flush();
    const first = [1, 2].map(() => client.request("slow", bytes(""), { timeoutMs }));
    await waitFor(() => served.stats.inFlight === 2, { timeoutMs });
    const third = client.request("slow", bytes(""), { timeoutMs });
    await expect(third).rejects.toMatchObject({ code: "busy" });
    open();
    expect((await Promise.all(first)).map(text)).toEqual(["done", "done"]);
    expect(text(await client.request("slow", bytes(""), { timeoutMs }))).toBe("done");
    expect(served.stats).toMatchObject({ requests: 4, errors: 1, inFlight: 0 });
  });

  it("finishes what it has when it stops, and is gone for the next caller", async () => {
    const { open, opened } = gate();
    const served = serve(server, "stop", () => opened.then(() => bytes("last")), {
      maxInFlight: 2,
    });
    await server.flush();
    const last = client.request("stop", bytes(""), { timeoutMs });
    await waitFor(() => served.stats.inFlight === 1, { timeoutMs });
    const stopped = served.stop();
    await server.flush();
    const next = client.request("stop", bytes(""), { timeoutMs });
    await expect(next).rejects.toMatchObject({ code: "unavailable" });
    open();
    await stopped;
    expect(text(await last)).toBe("last");
  });

  it("tells a caller whose answer is too large for NATS", async () => {
    serve(server, "large", () => new Uint8Array(server.maxPayloadBytes + 1), { maxInFlight: 1 });
    await server.flush();
    const asked = client.request("large", bytes(""), { timeoutMs });
    await expect(asked).rejects.toMatchObject({ code: "too_large" });
  });
});

describe("a micro service", () => {
  const options = {
    name: "goim-logic",
    version: "1.2.3",
    description: "decides who gets what",
    queue: "logic",
    maxInFlight: 1,
  };

  it("is seen by NATS's own tools, with its endpoints and what they did", async () => {
    const service = createMicroService(server, options, {
      connect: () => bytes("hello"),
      heartbeat: () => Promise.reject(new GoimError("not_found", "no such session")),
    });
    await server.flush();
    expect(text(await client.request("goim.logic.connect", bytes(""), { timeoutMs }))).toBe(
      "hello",
    );
    const failed = client.request("goim.logic.heartbeat", bytes(""), { timeoutMs });
    await expect(failed).rejects.toMatchObject({ code: "not_found" });

    const services = new Svcm(foreign).client({
      strategy: "count",
      maxMessages: 1,
      maxWait: 2_000,
    });
    for await (const info of await services.info("goim-logic")) {
      expect(info).toMatchObject({ name: "goim-logic", id: service.id, version: "1.2.3" });
      expect(
        info.endpoints.map(({ name, subject, queue_group }) => [name, subject, queue_group]),
      ).toEqual([
        ["connect", "goim.logic.connect", "logic"],
        ["heartbeat", "goim.logic.heartbeat", "logic"],
      ]);
    }
    for await (const stats of await services.stats("goim-logic", service.id)) {
      expect(stats.endpoints).toMatchObject([
        { name: "connect", num_requests: 1, num_errors: 0 },
        { name: "heartbeat", num_requests: 1, num_errors: 1, last_error: "no such session" },
      ]);
      expect(stats.endpoints?.[0]?.processing_time).toBeGreaterThan(0);
    }
    let pings = 0;
    for await (const ping of await services.ping()) {
      expect(ping.type).toBe("io.nats.micro.v1.ping_response");
      pings++;
    }
    expect(pings).toBe(1);
    await service.stop();
  });

  it("divides requests over instances, and a stopping one fails none", async () => {
    const counts = [0, 0];
    const [first, second] = [server, client].map((bus, index) =>
      createMicroService(
        bus,
        { ...options, maxInFlight: 1000 },
        {
          work: () => {
            counts[index] = (counts[index] ?? 0) + 1;
            return bytes("");
          },
        },
      ),
    );
    await Promise.all([server.flush(), client.flush()]);
    // Finding nobody may be tried again; an unanswered request would be a lost one.
    const ask = async () => {
      for (;;) {
        try {
          return await client.request("goim.logic.work", bytes(""), { timeoutMs });
        } catch (error) {
          if (!isGoimError(error, "unavailable")) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: 100 }, ask));
    const before = Array.from({ length: 100 }, ask);
    const stopping = first?.stop();
    const after = Array.from({ length: 100 }, ask);
    await Promise.all([...before, ...after]);
    await stopping;
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBeGreaterThan(0);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(300);
    await second?.stop();
  });

  it("shares its places between its endpoints", async () => {
    const { open, opened } = gate();
    const service = createMicroService(server, options, {
      one: () => opened.then(() => bytes("")),
      two: () => bytes(""),
    });
    await server.flush();
    const one = client.request("goim.logic.one", bytes(""), { timeoutMs });
    await waitFor(() => service.inFlight === 1, { timeoutMs });
    const two = client.request("goim.logic.two", bytes(""), { timeoutMs });
    await expect(two).rejects.toMatchObject({ code: "busy" });
    open();
    await one;
    await service.stop();
  });
});

describe("an answer of a foreign micro service", () => {
  it("becomes the error whose HTTP status it names", async () => {
    const service = await new Svcm(foreign).add({ name: "foreign", version: "0.0.1" });
    service.addEndpoint("teapot", (_, message) => {
      message.respondError(Number(message.string()), "their words");
    });
    await foreign.flush();
    for (const [status, code] of [
      ["404", "not_found"],
      ["429", "busy"],
      ["418", "internal"],
    ]) {
      const asked = client.request("teapot", bytes(status ?? ""), { timeoutMs });
      await expect(asked).rejects.toMatchObject({ code, message: "their words" });
    }
    await service.stop();
  });
});

/**
 * A client against a server whose network breaks in every way: what is pushed to two rooms and the
 * user arrives once and in order, what is published is stored once and in order.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bench } from "./client.fixture.ts";

const names = ["live://1", "live://2"];

type Step =
  | { readonly kind: "room"; readonly room: number; readonly count: number }
  | { readonly kind: "user"; readonly count: number }
  | { readonly kind: "publish"; readonly room: number }
  | { readonly kind: "cut" | "silent" | "close" | "replay" | "goAway" }
  | { readonly kind: "outage"; readonly ms: number }
  | { readonly kind: "time"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("room"), room: fc.nat(1), count: few() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("user"), count: few() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("publish"), room: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("cut", "silent", "close", "replay", "goAway"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("outage"), ms: fc.nat(500) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("time"), ms: fc.nat(300) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("time"), ms: fc.nat(8) }) },
) as fc.Arbitrary<Step>;

function few(): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: 5 });
}

class World {
  readonly bench: Bench;
  readonly seen = new Map<string, number[]>(names.map((name) => [name, []]));
  readonly mail: number[] = [];
  readonly published: { room: string; text: string; offset: Promise<number> }[] = [];
  readonly holes: unknown[] = [];

  constructor(dice: () => number) {
    this.bench = new Bench({
      random: dice,
      limits: { inbox: 3, unacknowledged: 6 },
      backoff: { baseMs: 50, maxMs: 400, factor: 2, jitter: 0.3 },
    });
    for (const name of names) {
      const room = this.bench.client.joinRoom(name);
      room.onMessage(({ offset }) => this.seen.get(name)?.push(offset));
      room.onReset((reset) => this.holes.push(reset));
      room.onTruncated((truncated) => this.holes.push(truncated));
    }
    // Handled a little later, so that losses fall into the handling.
    this.bench.client.onMessage(({ offset }) => {
      this.mail.push(offset);
      return new Promise<void>((resolve) => {
        this.bench.clock.setTimeout(resolve, Math.floor(dice() * 5));
      });
    });
  }

  async take(step: Step): Promise<void> {
    const { server } = this.bench;
    if (step.kind === "room") {
      const name = names[step.room] ?? "";
      for (let count = 0; count < step.count; count++) server.pushRoom(name, "r");
    } else if (step.kind === "user") {
      for (let count = 0; count < step.count; count++) server.pushUser("u");
    } else if (step.kind === "publish") this.#publish(names[step.room] ?? "");
    else if (step.kind === "time") await this.bench.run(step.ms);
    else if (step.kind === "outage") {
      server.down = true;
      this.#breakWith("cut");
      await this.bench.run(step.ms);
      server.down = false;
    } else this.#breakWith(step.kind);
  }

  #publish(room: string): void {
    const text = `p${this.published.length}`;
    const receipt = this.bench.client.publish(room, text);
    this.published.push({ room, text, offset: receipt.then(({ offset }) => offset) });
  }

  #breakWith(kind: "cut" | "silent" | "close" | "replay" | "goAway"): void {
    const { server } = this.bench;
    if (server.sockets.size === 0) return;
    const { socket } = server;
    if (kind === "cut") socket.cut();
    else if (kind === "silent") socket.cut(false);
    else if (kind === "close") socket.end(4003, "slow");
    else if (kind === "goAway") {
      socket.notice(27, { nodes: ["two:3102"], deadline: 1, jitter: 0.2 });
    } else {
      for (const [name, log] of socket.logs) socket.push(server.room(name).entries, log);
      if (socket.isIn) socket.push(server.mail.after(server.cursor), 1);
    }
  }
}

describe("whatever the network does", () => {
  it("each message is seen once and in order, each publish stored once and in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (steps, dice) => {
          const world = new World(() => dice.next().value ?? 0.5);
          const { server, client } = world.bench;
          await world.bench.online();
          for (const one of steps) await world.take(one);
          // A silent loss is found by the heartbeat, 30 s and 10 s.
          await world.bench.run(43_000);
          expect(client.state.name).toBe("online");
          for (const name of names) {
            const stored = server.room(name).entries.map(({ offset }) => offset);
            expect(world.seen.get(name)).toEqual(stored);
          }
          expect(world.mail).toEqual(server.mail.entries.map(({ offset }) => offset));
          expect(server.cursor).toBe(server.mail.last);
          expect(world.holes).toEqual([]);
          for (const name of names) {
            const asked = world.published.filter(({ room }) => room === name);
            const offsets = await Promise.all(asked.map(({ offset }) => offset));
            const texts = offsets.map((at) => {
              const found = server.room(name).entries.filter(({ offset }) => offset === at);
              return found.map(({ body }) => new TextDecoder().decode(body)).join();
            });
            expect(texts).toEqual(asked.map(({ text }) => text));
            expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
            const all = server.room(name).entries.map(({ body }) => new TextDecoder().decode(body));
            expect(all.filter((text) => text.startsWith("p"))).toEqual(texts);
          }
          await world.bench.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

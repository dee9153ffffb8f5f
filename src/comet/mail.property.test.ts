import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CloseCode } from "../protocol/close-code.ts";
import { ACCEPTED, type Client, MailBench, OTHER } from "./mail.fixture.ts";

interface Pushed {
  readonly bytes: number;
  readonly op: number;
  readonly transient: boolean;
}

type Step =
  | { readonly kind: "push"; readonly entries: readonly Pushed[]; readonly how: How }
  | { readonly kind: "late" | "check"; readonly which: number }
  | { readonly kind: "login"; readonly device: number; readonly version: 1 | 2 }
  | { readonly kind: "open" | "leave" | "stall" | "read"; readonly who: number }
  | { readonly kind: "ack"; readonly who: number; readonly back: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "answer" }
  | { readonly kind: "fail"; readonly on: boolean };

/** What becomes of job's request: handled, sent twice, lost, or only with prev unknown. */
type How = "once" | "twice" | "lost" | "unknown";

const only = <T>(value: T) => fc.constant(value);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: only("push" as const),
      entries: fc.array(
        fc.record({
          bytes: fc.constantFrom(0, 10, 90),
          op: fc.constantFrom(ACCEPTED, ACCEPTED, ACCEPTED, OTHER),
          transient: fc.constantFrom(false, false, false, true),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      how: fc.constantFrom<How>("once", "once", "once", "twice", "lost", "unknown"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("late" as const, "check" as const),
      which: fc.nat(9),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: only("login" as const),
      device: fc.nat(2),
      version: fc.constantFrom<1 | 2>(1, 2),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constantFrom<"open" | "leave" | "stall" | "read">("open", "leave", "stall", "read"),
      who: fc.nat(4),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: only("ack" as const), who: fc.nat(4), back: fc.nat(3) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: only("pass" as const), ms: fc.nat(300) }) },
  { weight: 6, arbitrary: only({ kind: "answer" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: only("fail" as const), on: fc.boolean() }) },
);

class Run {
  readonly bench: MailBench;
  readonly #requests: Uint8Array[] = [];

  constructor(options: ConstructorParameters<typeof MailBench>[0]) {
    this.bench = new MailBench(options);
    this.bench.gated = true;
  }

  async step(each: Step): Promise<void> {
    const { bench } = this;
    switch (each.kind) {
      case "push":
        this.#push(each.entries, each.how);
        break;
      case "late": {
        const request = this.#requests[each.which];
        if (request !== undefined) bench.deliver(request);
        break;
      }
      case "check":
        if (each.which === 0) bench.check.all();
        break;
      case "login":
        this.#logIn(`d${each.device}`, each.version);
        break;
      case "open":
      case "leave":
      case "stall":
      case "read":
      case "ack":
        this.#on(bench.clients.filter(({ ended }) => !ended)[each.who], each);
        break;
      case "pass":
        bench.clock.advance(each.ms);
        break;
      case "answer":
        await bench.answer();
        break;
      case "fail":
        bench.fails = each.on;
        break;
    }
  }

  async end(): Promise<void> {
    for (const client of this.bench.clients) {
      if (!client.ended && client.channel.state === 2) this.bench.open(client);
    }
    await this.bench.quiesce();
  }

  #push(entries: readonly Pushed[], how: How): void {
    const { bench } = this;
    const written = bench.write(...entries);
    const request = bench.request(written, how === "unknown" ? { prev: undefined } : {});
    this.#requests.unshift(request);
    if (how !== "lost") bench.deliver(request);
    if (how === "twice") bench.deliver(request);
  }

  #logIn(device: string, version: 1 | 2): void {
    const { bench } = this;
    // Two connections of one device share its cursor, which says nothing about either of them.
    const old = bench.clients.find((client) => !client.ended && client.device === device);
    old?.connection.close(CloseCode.Taken, "taken");
    bench.logIn({ device, version, joining: true });
  }

  #on(client: Client | undefined, each: Step): void {
    if (client === undefined) return;
    const { bench } = this;
    const { channel } = client;
    if (each.kind === "open" && channel.state === 2) bench.open(client);
    else if (each.kind === "leave") client.connection.close(CloseCode.Normal, "");
    else if (each.kind === "stall") client.stall();
    else if (each.kind === "read") client.read();
    else if (each.kind === "ack" && channel.version === 2) {
      const { got } = client;
      const offset = got[got.length - 1 - each.back];
      if (offset !== undefined && !bench.acks.acked(channel, offset)) {
        bench.faults.push(`an acknowledgement of ${offset} was refused`);
      }
    }
  }
}

/** What one connection got that it should not have, and the other way round. */
function faultsOf(bench: MailBench, client: Client): string[] {
  const who = `connection ${client.connection.id}`;
  const { got } = client;
  const faults: string[] = [];
  const transient = new Set(bench.log.filter((entry) => entry.transient).map((e) => e.offset));
  const stored = got.filter((offset) => !transient.has(offset));
  if (new Set(got).size !== got.length) faults.push(`${who}: twice in ${got.join()}`);
  const last = client.ended ? (stored.at(-1) ?? 0) : Number.POSITIVE_INFINITY;
  const should = bench.log
    .filter(({ op, offset }) => op === ACCEPTED && offset > client.start && offset <= last)
    .filter(({ offset }) => !transient.has(offset))
    .map(({ offset }) => offset);
  if (stored.join() !== should.join()) faults.push(`${who}: ${stored.join()} of ${should.join()}`);
  return faults;
}

/** Whatever a device's cursor has passed, some connection of it was sent. */
function lostBy(bench: MailBench, device: string): string[] {
  const mine = bench.clients.filter((client) => client.device === device);
  const got = new Set(mine.flatMap((client) => client.got));
  const from = mine[0]?.start ?? 0;
  const to = bench.devices.get(device)?.acked ?? 0;
  return bench.log
    .filter(({ op, transient }) => op === ACCEPTED && !transient)
    .filter(({ offset }) => offset > from && offset <= to && !got.has(offset))
    .map(({ offset }) => `${device}: ${offset} is behind its cursor ${to} and was never sent`);
}

describe("any sequence of pushes, lost and late requests, logins, stalls and failures", () => {
  it("gives every connection its user's log from its cursor on, in order and once", async () => {
    const options = fc.record({
      mailbox: fc.record({
        pageEntries: fc.constantFrom(1, 3, 100),
        pageBytes: fc.constantFrom(1024, 4096),
        heldBytes: fc.constantFrom(0, 60, 1000),
      }),
      userBytesMax: fc.constantFrom(120, 300, 5000),
    });
    const steps = fc.array(step, { minLength: 5, maxLength: 120, size: "max" });
    await fc.assert(
      fc.asyncProperty(options, steps, async (given, todo) => {
        const run = new Run(given);
        const { bench } = run;
        for (const each of todo) await run.step(each);
        await run.end();
        expect(bench.clients.flatMap((client) => faultsOf(bench, client))).toEqual([]);
        expect([...bench.devices.keys()].flatMap((device) => lostBy(bench, device))).toEqual([]);
        expect(bench.faults).toEqual([]);
        expect(bench.sums()).toEqual([]);
        const { held, waiting } = bench.mails.stats.ledger;
        expect([held, waiting, await bench.metric("mailbox_bytes")]).toEqual([0, 0, 0]);
        expect(bench.clock.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});

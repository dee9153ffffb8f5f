import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import type { Bus, BusMessage } from "./bus.ts";
import { createStreamReader } from "./stream-reader.ts";

interface Stored {
  readonly subject: string;
  readonly seq: number;
}

interface DirectRequest {
  multi_last?: string[];
  next_by_subj?: string;
  seq?: number;
  batch?: number;
}

/**
 * A stream whose leader has `all` and whose replica, which answers direct reads, has it up to
 * `has()`. Answers as nats-server does, a few messages at a time so that answers are continued.
 */
function fakeStream(all: readonly Stored[], has: () => number) {
  const listeners = new Map<string, (message: BusMessage) => void>();
  const requests: string[] = [];
  const reply = (to: string, data: string, headers: Record<string, string>, status = 0) => {
    const pattern = [...listeners.keys()].find((key) => to.startsWith(key.replace("*", "")));
    const message = {
      subject: to,
      data: new TextEncoder().encode(data),
      status,
      header: (name: string) => headers[name],
      respond: () => undefined,
    };
    queueMicrotask(() => listeners.get(pattern ?? "")?.(message));
  };
  const last = (subject: string, upTo: number) =>
    all.filter((one) => one.subject === subject && one.seq <= upTo).at(-1);
  const direct = (query: DirectRequest, to: string) => {
    const upTo = has();
    const from = query.seq ?? 1;
    const found = (
      query.multi_last?.map((subject) => last(subject, upTo)) ??
      all.filter(({ subject, seq }) => subject === query.next_by_subj && seq <= upTo)
    )
      .filter((one): one is Stored => one !== undefined && one.seq >= from)
      .sort((a, b) => a.seq - b.seq);
    if (found.length === 0) {
      reply(to, "", {}, 404);
      return;
    }
    const part = found.slice(0, Math.min(2, query.batch ?? 2));
    for (const { subject, seq } of part) {
      reply(to, "x", { "Nats-Subject": subject, "Nats-Sequence": String(seq) });
    }
    const end: Record<string, string> = { "Nats-Num-Pending": String(found.length - part.length) };
    if (query.multi_last !== undefined) end["Nats-UpTo-Sequence"] = String(upTo);
    reply(to, "", end, 204);
  };
  const messageGet = (query: { seq?: number; next_by_subj?: string; last_by_subj?: string }) => {
    const found =
      query.last_by_subj === undefined
        ? all.find(({ subject, seq }) => subject === query.next_by_subj && seq >= (query.seq ?? 1))
        : last(query.last_by_subj, Number.POSITIVE_INFINITY);
    if (found === undefined) return { error: { code: 404, err_code: 10037, description: "none" } };
    return { message: { subject: found.subject, seq: found.seq, data: "", time: "2026-01-01" } };
  };
  const publish: Bus["publish"] = (subject, data, _headers, to = "") => {
    requests.push(subject);
    const text = new TextDecoder().decode(data);
    if (subject.startsWith("$JS.API.STREAM.INFO")) {
      reply(to, JSON.stringify({ state: { last_seq: all.at(-1)?.seq ?? 0 } }), {});
    } else if (subject.startsWith("$JS.API.STREAM.MSG.GET")) {
      reply(to, JSON.stringify(messageGet(JSON.parse(text))), {});
    } else direct(JSON.parse(text), to);
  };
  const bus = {
    connected: true,
    publish,
    subscribe: (subject: string, onMessage: (message: BusMessage) => void) => {
      listeners.set(subject, onMessage);
      return { unsubscribe: () => listeners.delete(subject), drain: () => Promise.resolve() };
    },
  };
  return { bus: bus as unknown as Bus, requests };
}

/** Lets promises run and time pass until `promise` is settled. */
async function settle<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let done = false;
  const watched = promise.finally(() => {
    done = true;
  });
  watched.catch(() => undefined);
  for (let n = 0; n < 200 && !done; n++) {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    clock.advance(50);
  }
  return watched;
}

const all: Stored[] = [1, 2, 3, 4, 5, 6, 7, 8].map((seq) => ({
  seq,
  subject: seq % 2 === 0 ? "even" : "odd",
}));

describe("a replica that is behind", () => {
  it("is asked for tails again until it has what the leader had", async () => {
    const clock = new FakeClock();
    let asked = 0;
    const { bus } = fakeStream(all, () => (++asked < 4 ? 6 : 8));
    const reader = createStreamReader(bus, { clock });
    const { last, messages } = await settle(clock, reader.tails("S", ["even", "odd", "none"]));
    expect(last).toBe(8);
    expect([...messages.values()].map(({ sequence }) => sequence).sort()).toEqual([7, 8]);
    expect(asked).toBe(4);
  });

  it("is not believed when it has nothing at all: the leader is asked", async () => {
    const clock = new FakeClock();
    const { bus, requests } = fakeStream(all, () => 0);
    const reader = createStreamReader(bus, { clock });
    const { messages } = await settle(clock, reader.tails("S", ["even", "odd", "none"]));
    expect([...messages.keys()].sort()).toEqual(["even", "odd"]);
    expect(requests.filter((subject) => subject.includes("MSG.GET"))).toHaveLength(3);
  });

  it("is asked for the rest of a range until it has it", async () => {
    const clock = new FakeClock();
    let asked = 0;
    const { bus } = fakeStream(all, () => (++asked < 5 ? 3 : 8));
    const reader = createStreamReader(bus, { clock });
    const range = await settle(clock, reader.range("S", "even", 1, 8, 100));
    expect(range.map(({ sequence }) => sequence)).toEqual([2, 4, 6, 8]);
  });

  it("ends a range that is complete although its last message lies before the end", async () => {
    const clock = new FakeClock();
    const { bus } = fakeStream(all, () => 8);
    const reader = createStreamReader(bus, { clock });
    const range = await settle(clock, reader.range("S", "odd", 1, 8, 100));
    expect(range.map(({ sequence }) => sequence)).toEqual([1, 3, 5, 7]);
  });

  it("that stays behind makes the read fail as unavailable, not short", async () => {
    const clock = new FakeClock();
    const { bus } = fakeStream(all, () => 3);
    const reader = createStreamReader(bus, { clock });
    await expect(settle(clock, reader.range("S", "even", 1, 8, 100))).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(settle(clock, reader.tails("S", ["even"]))).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});

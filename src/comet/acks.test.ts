import { describe, expect, it } from "vitest";
import { CloseCode } from "../protocol/close-code.ts";
import { MailBench, OTHER } from "./mail.fixture.ts";
import { mailOf } from "./mail-log.ts";

const last = (bench: MailBench) => bench.reports.at(-1);

describe("a connection of version 1", () => {
  it("acknowledges what the kernel has taken, gathered for a moment", async () => {
    const bench = new MailBench();
    const client = bench.logIn({ device: "phone" });
    bench.push({});
    bench.push({}, {});
    await bench.settle();
    expect(bench.reports).toEqual([]);
    await bench.pass(200);
    const session = `c1/i1/${client.connection.id}`;
    expect(bench.reports).toEqual([{ device: "phone", acked: 3, handed: 3, session }]);
    await bench.pass(5000);
    expect(bench.reports).toHaveLength(1);
    expect(bench.clock.pending).toBe(0);
  });

  it("tells of each connection when its own time is over, not of all in one burst", async () => {
    const bench = new MailBench();
    const devices = () => bench.reports.map(({ device }) => device);
    bench.logIn({ device: "phone" });
    bench.push({});
    await bench.pass(100);
    bench.logIn({ device: "pad" });
    bench.push({});
    await bench.pass(100);
    expect(devices()).toEqual(["phone"]);
    expect(last(bench)).toMatchObject({ acked: 2, handed: 2 });
    await bench.pass(100);
    expect(devices()).toEqual(["phone", "pad"]);
    expect(bench.clock.pending).toBe(0);
  });

  it("never moves past what was drained", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.push({});
    client.stall();
    bench.push({}, {});
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 1, handed: 3 });
    client.read();
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 3, handed: 3 });
    expect(bench.faults).toEqual([]);
  });

  it("counts a page that goes out with the auth reply when the socket has it", async () => {
    const bench = new MailBench();
    bench.write({}, {});
    const client = bench.logIn({ joining: true });
    client.stall();
    bench.open(client);
    expect(client.got).toEqual([1, 2]);
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 0, handed: 2 });
    client.read();
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 2, handed: 2 });
    bench.write({}, {});
    bench.logIn({ device: client.device });
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 4, handed: 4 });
    expect(bench.faults).toEqual([]);
  });

  it("does not count a page that was handed over with the auth reply and not taken", async () => {
    const bench = new MailBench();
    bench.write({}, {});
    const client = bench.logIn({ joining: true });
    client.connection.keeps = true;
    bench.open(client);
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 0, handed: 2 });
    client.read();
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 2, handed: 2 });
  });

  it("counts what it does not accept as had once all before it is", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    client.stall();
    bench.push({});
    bench.push({ op: OTHER });
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 0, handed: 2 });
    client.read();
    await bench.pass(500);
    expect(last(bench)).toMatchObject({ acked: 2 });
  });

  it("does not pass a gap", async () => {
    const bench = new MailBench();
    bench.logIn();
    bench.gated = true;
    bench.push({});
    bench.write({});
    bench.push({});
    bench.clock.advance(500);
    await bench.answer();
    await bench.answer();
    expect(last(bench)).toMatchObject({ acked: 1, handed: 1 });
  });
});

describe("a connection of version 2", () => {
  it("acknowledges what its client says", async () => {
    const bench = new MailBench();
    const { channel } = bench.logIn({ version: 2 });
    bench.push({}, {}, {});
    await bench.pass(200);
    expect(last(bench)).toMatchObject({ acked: 0, handed: 3 });
    expect(bench.acks.acked(channel, 2)).toBe(true);
    await bench.pass(200);
    expect(last(bench)).toMatchObject({ acked: 2, handed: 3 });
  });

  it("is refused above what it was sent", async () => {
    const bench = new MailBench();
    const { channel } = bench.logIn({ version: 2 });
    bench.push({}, {});
    bench.write({});
    const told: boolean[] = [];
    expect(bench.acks.acked(channel, 3, (stored) => told.push(stored))).toBe(false);
    await bench.pass(500);
    expect([told, bench.reports.map(({ acked }) => acked)]).toEqual([[], [0]]);
    expect(await bench.metric("acks_refused_total")).toBe(1);
  });

  it("has what it does not accept once it has said that it has the rest", async () => {
    const bench = new MailBench();
    const { channel } = bench.logIn({ version: 2 });
    bench.push({}, {}, { op: OTHER });
    bench.acks.acked(channel, 1);
    await bench.pass(200);
    expect(last(bench)).toMatchObject({ acked: 1 });
    bench.acks.acked(channel, 2);
    await bench.pass(200);
    expect(last(bench)).toMatchObject({ acked: 3 });
    bench.push({ op: OTHER });
    await bench.pass(200);
    expect(last(bench)).toMatchObject({ acked: 4 });
  });

  it("may acknowledge a transient entry, which moves its cursor past no gap", async () => {
    const bench = new MailBench();
    const { channel } = bench.logIn({ version: 2 });
    bench.push({});
    bench.write({});
    bench.deliver(bench.request(bench.write({ transient: true }), { prev: undefined }));
    expect(bench.acks.acked(channel, 3)).toBe(true);
    await bench.pass(200);
    expect(last(bench)).toMatchObject({ acked: 1 });
  });

  it("is told when it is stored, at once and not after the moment", async () => {
    const bench = new MailBench();
    const { channel } = bench.logIn({ version: 2 });
    bench.push({}, {});
    const told: string[] = [];
    const tell = (name: string) => (stored: boolean) => told.push(`${name} ${stored}`);
    bench.acks.acked(channel, 1, tell("one"));
    bench.acks.acked(channel, 2, tell("two"));
    expect(told).toEqual([]);
    await bench.settle();
    expect(told).toEqual(["one true", "two true"]);
    bench.acks.acked(channel, 1, tell("again"));
    expect(told.at(-1)).toBe("again true");
  });

  it("waits for a bounded number of answers", async () => {
    const bench = new MailBench({ ack: { waitingMax: 2 } });
    const { channel } = bench.logIn({ version: 2 });
    bench.push({}, {}, {});
    const told: [number, boolean][] = [];
    for (const at of [1, 2, 3]) bench.acks.acked(channel, at, (stored) => told.push([at, stored]));
    expect(told).toEqual([[3, false]]);
    await bench.pass(500);
    expect(told.slice(1)).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(last(bench)).toMatchObject({ acked: 3 });
  });
});

describe("logic", () => {
  it("that is away is told later, once and the newest", async () => {
    const bench = new MailBench({ ack: { triesMax: 2 } });
    bench.logIn();
    bench.fails = true;
    bench.push({});
    await bench.pass(3000);
    bench.push({});
    bench.fails = false;
    await bench.pass(3000);
    expect(bench.reports.map(({ acked }) => acked)).toEqual([2]);
  });

  it("that says a newer session exists hears no more of this one", async () => {
    const bench = new MailBench();
    const old = bench.logIn({ device: "d", version: 2 });
    bench.logIn({ device: "d", version: 2 });
    bench.push({}, {});
    const told: boolean[] = [];
    bench.acks.acked(old.channel, 1, (stored) => told.push(stored));
    await bench.pass(500);
    const session = `c1/i1/${old.connection.id}`;
    const mine = () => bench.reports.filter((report) => report.session === session).length;
    expect([told, mine()]).toEqual([[false], 1]);
    bench.push({});
    bench.acks.acked(old.channel, 3, (stored) => told.push(stored));
    await bench.pass(500);
    expect([told, mine()]).toEqual([[false, false], 1]);
    expect(await bench.metric("acks_fenced_total")).toBe(1);
  });
});

describe("the end of a connection", () => {
  it("tells what was not told yet, and is over then", async () => {
    const bench = new MailBench();
    bench.gated = true;
    const client = bench.logIn();
    bench.push({});
    const steps: string[] = [];
    client.connection.onClose = () => {
      client.channel.gone();
      bench.mails.closed(client.channel, () => steps.push(`told ${bench.reports.length}`));
    };
    client.connection.close(CloseCode.Normal, "");
    expect(steps).toEqual([]);
    await bench.settle();
    expect(steps).toEqual(["told 1"]);
    expect(last(bench)).toMatchObject({ acked: 1 });
  });

  it("is over at once when there is nothing to tell", () => {
    const bench = new MailBench();
    const { channel } = bench.logIn();
    let over = false;
    bench.mails.closed(channel, () => {
      over = true;
    });
    expect([over, mailOf(channel)?.ack]).toEqual([true, undefined]);
  });

  it("is over when logic stays away, and counted", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.push({});
    bench.fails = true;
    let over = false;
    client.connection.onClose = () => {
      client.channel.gone();
      bench.mails.closed(client.channel, () => {
        over = true;
      });
    };
    client.connection.close(CloseCode.Normal, "");
    await bench.pass(30_000);
    expect([over, await bench.metric("acks_lost_total")]).toEqual([true, 1]);
  });

  it("of the process waits for all that is known", async () => {
    const bench = new MailBench();
    for (let each = 0; each < 3; each++) bench.logIn();
    bench.push({});
    await bench.acks.flushed();
    expect(bench.reports.map(({ acked }) => acked)).toEqual([1, 1, 1]);
  });
});

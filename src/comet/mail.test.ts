import { describe, expect, it } from "vitest";
import { CloseCode } from "../protocol/close-code.ts";
import { readPackets } from "../protocol/frame.ts";
import { goim } from "../protocol/gen/messages.js";
import { ACCEPTED, MailBench, OTHER } from "./mail.fixture.ts";

describe("a login with waiting mail", () => {
  it("gets it after the auth reply, page by page, then what is live", async () => {
    const bench = new MailBench();
    bench.write({}, {}, {}, {}, {}, {}, {}, {});
    const client = bench.logIn();
    // The first page goes out with the auth reply.
    expect(client.got).toEqual([1, 2]);
    await bench.settle();
    bench.push({});
    expect(client.got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(bench.reads.map(({ after }) => after)).toEqual([2, 5]);
    expect(bench.sums()).toEqual([]);
  });

  it("needs no read when the first page has all of it, or there is none", async () => {
    const bench = new MailBench();
    const early = bench.logIn();
    bench.push({}, {});
    const late = bench.logIn({ device: "new" });
    await bench.settle();
    bench.push({});
    expect([early.got, late.got]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(bench.reads).toEqual([]);
  });

  it("has what a page left out because its time was over, without asking again", async () => {
    const bench = new MailBench();
    bench.write({}, { expiresAt: bench.clock.now() });
    const client = bench.logIn();
    await bench.settle();
    expect([client.got, client.channel.lastUser, bench.reads]).toEqual([[1], 2, []]);
  });

  it("begins behind what its device has acknowledged", async () => {
    const bench = new MailBench();
    const first = bench.logIn({ device: "phone" });
    bench.push({}, {}, {});
    await bench.pass(200);
    first.connection.close(CloseCode.Normal, "");
    bench.push({}, {});
    const again = bench.logIn({ device: "phone" });
    await bench.settle();
    expect([first.got, again.got]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it("in the middle of pushes gets each once and in order", async () => {
    const bench = new MailBench();
    bench.write({}, {}, {}, {});
    bench.gated = true;
    const client = bench.logIn({ joining: true });
    expect(bench.push({})?.delivered).toBe(1);
    expect(client.got).toEqual([]);
    bench.open(client);
    bench.push({});
    bench.clock.runYielded();
    expect(client.got).toEqual([1, 2]);
    bench.push({});
    await bench.settle();
    bench.push({});
    expect(client.got).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    // What was held needed no further read.
    expect(bench.reads.map(({ after }) => after)).toEqual([2, 5]);
    expect(bench.sums()).toEqual([]);
  });

  it("gets what was pushed before the auth reply after it, transient ones too", async () => {
    const bench = new MailBench();
    const client = bench.logIn({ joining: true });
    bench.push({});
    bench.push({ transient: true });
    bench.deliver(bench.request(bench.log.slice(-1)));
    bench.push({});
    bench.open(client);
    expect(client.got).toEqual([1, 2, 3]);
    expect(bench.reads).toEqual([]);
    expect(bench.sums()).toEqual([]);
  });

  it("is told nothing of it with mailbox.v1 = off, and reports nothing", async () => {
    const bench = new MailBench({ mailbox: { v1: "off" } });
    bench.write({}, {}, {});
    const [old, young] = [bench.logIn(), bench.logIn({ version: 2 })];
    await bench.settle();
    bench.push({});
    await bench.pass(500);
    expect([old.got, young.got]).toEqual([[4], [1, 2, 3, 4]]);
    expect(new Set(bench.reports.map(({ device }) => device))).toEqual(new Set(["d1"]));
  });

  it("without room for its page in memory is given it later", async () => {
    const bench = new MailBench({ mailbox: { bytesMax: 1 << 20, pageBytes: 400_000 } });
    bench.gated = true;
    bench.write({ bytes: 500_000 }, { bytes: 500_000 }, {});
    const clients = Array.from({ length: 4 }, () => bench.logIn());
    for (const client of clients) client.stall();
    for (let round = 0; round < 40; round++) {
      await bench.settle();
      expect(await bench.metric("mailbox_bytes")).toBeLessThan(2_500_000);
      for (const client of clients) {
        client.read();
        client.stall();
      }
    }
    for (const client of clients) expect(client.got).toEqual([1, 2, 3]);
    expect(await bench.metric("mailbox_bytes")).toBe(0);
    expect(bench.sums()).toEqual([]);
  });
});

describe("a push to a user", () => {
  it("names log 1 and its offset to version 2, live and out of the mailbox", async () => {
    const bench = new MailBench();
    bench.write({});
    const { connection } = bench.logIn({ version: 2 });
    await bench.settle();
    bench.push({});
    const heads = connection.sent.flatMap((bytes) => {
      const { packets } = readPackets(bytes, { version: 2 });
      return packets.map(({ seq, offset }) => [seq, offset]);
    });
    expect(heads).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it("that leaves something out is held until that was read", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.push({});
    bench.write({}, {});
    bench.push({});
    expect(client.got).toEqual([1]);
    await bench.settle();
    expect(client.got).toEqual([1, 2, 3, 4]);
    expect(bench.mails.stats).toMatchObject({ gaps: 1, full: 0 });
    expect(bench.sums()).toEqual([]);
  });

  it("that does not say what lies before it is read", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    const result = bench.deliver(bench.request(bench.write({}, {}), { prev: undefined }));
    expect([result, client.got]).toEqual([{ delivered: 0, unknown: [] }, []]);
    await bench.settle();
    expect(client.got).toEqual([1, 2]);
  });

  it("that never came is had with the next one", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.push({});
    const dropped = bench.request(bench.write({}));
    bench.push({});
    await bench.settle();
    expect(client.got).toEqual([1, 2, 3]);
    bench.deliver(dropped);
    expect(client.got).toEqual([1, 2, 3]);
  });

  it("comes once, however often it is sent, and whatever part of it", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    const [first, second, third] = bench.write({}, {}, {});
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    bench.deliver(bench.request([first, second]));
    expect(bench.deliver(bench.request([first, second]))?.delivered).toBe(1);
    expect(bench.deliver(bench.request([second, third], { prev: undefined }))?.delivered).toBe(1);
    expect(client.got).toEqual([1, 2, 3]);
    expect(bench.mails.stats.ledger).toMatchObject({ handed: 3, repeated: 3 });
    expect(bench.reads).toEqual([]);
  });

  it("to several connections brings each what it lacks, of one frame where it can", async () => {
    const bench = new MailBench();
    const [here, there] = [bench.logIn(), bench.logIn()];
    const [first, second] = bench.write({}, {});
    if (first === undefined || second === undefined) throw new Error();
    bench.deliver(bench.request([first], { keys: [here.channel.key] }));
    bench.deliver(bench.request([second]));
    await bench.settle();
    expect([here.got, there.got]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    bench.push({});
    expect(here.connection.sent.at(-1)).toBe(there.connection.sent.at(-1));
  });

  it("is counted as had where its operation is not accepted or its time is over", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.push({ op: OTHER }, {});
    bench.push({ expiresAt: bench.clock.now() }, {}, { op: OTHER });
    bench.push({});
    expect(client.got).toEqual([2, 4, 6]);
    expect(client.channel.lastUser).toBe(6);
    const { filtered, expired } = bench.mails.stats.ledger;
    expect([filtered, expired, bench.sums()]).toEqual([2, 1, []]);
  });

  it("behind another one larger than may be held is read too", async () => {
    const bench = new MailBench({ mailbox: { heldBytes: 50 }, userBytesMax: 10_000 });
    bench.gated = true;
    const client = bench.logIn();
    bench.write({});
    for (let each = 0; each < 3; each++) bench.push({ bytes: 30 });
    expect(bench.mails.stats.ledger).toMatchObject({ held: 0, left: 3 });
    await bench.settle();
    expect(client.got).toEqual([1, 2, 3, 4]);
    expect(bench.mails.stats.ledger).toMatchObject({ handed: 0, resumed: 4, repeated: 0 });
    expect(bench.sums()).toEqual([]);
  });

  it("that is transient goes only to who lacks nothing, once, and moves nothing", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.push({});
    bench.push({ transient: true });
    const late = bench.request(bench.log.slice(-1));
    bench.deliver(late);
    expect([client.got, client.channel.lastUser]).toEqual([[1, 2], 1]);
    bench.write({});
    // Whoever says what lies before it makes the gap known.
    bench.push({ transient: true });
    expect(client.got).toEqual([1, 2]);
    await bench.settle();
    expect(client.got).toEqual([1, 2, 3]);
    expect(bench.mails.stats.ledger).toMatchObject({ transient: 1, repeated: 1, resumed: 1 });
    expect(bench.sums()).toEqual([]);
  });
});

describe("a mailbox", () => {
  it("that dropped what was missing is told, and the rest comes", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.push({});
    bench.write({}, {}, {});
    bench.evicted = 3;
    bench.push({});
    await bench.settle();
    expect(client.got).toEqual([1, 4, 5]);
    expect(bench.truncated).toEqual([[client.channel, 4]]);
    expect(bench.mails.stats.truncated).toBe(1);
  });

  it("that cannot be read is tried until it can, and nothing overtakes", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.fails = true;
    bench.write({});
    bench.push({});
    await bench.pass(20_000);
    bench.push({});
    expect([client.got, client.connection.closedWith]).toEqual([[], undefined]);
    bench.fails = false;
    await bench.pass(3000);
    expect(client.got).toEqual([1, 2, 3]);
    // Doubling waits, not one each tenth of a second.
    expect(bench.bus.requests.length).toBeLessThan(25);
  });

  it("that lost its index lets the client go on after some tries", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.empty = true;
    bench.deliver(bench.request(bench.write({}, {}), { prev: undefined }));
    await bench.pass(15_000);
    expect([client.got, bench.mails.stats.missing]).toEqual([[], 1]);
    expect(bench.truncated).toEqual([[client.channel, 3]]);
    bench.push({});
    expect(client.got).toEqual([3]);
  });

  it("of a stream that was created again begins anew, and what is late is stale", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.push({}, {}, {});
    const late = bench.request(bench.write({}));
    bench.epoch = "e2";
    bench.log = [];
    bench.write({});
    // Of a life nobody has heard of: the stream is asked, then the user is compared.
    expect(bench.push({})?.delivered).toBe(0);
    await bench.settle();
    bench.deliver(late);
    bench.deliver(bench.request(bench.log, { epoch: "e1" }));
    bench.deliver(bench.request(bench.log, { epoch: "made up" }));
    await bench.pass(1000);
    bench.push({});
    expect(client.got).toEqual([1, 2, 3, 1, 2, 3]);
    expect([bench.resets, client.channel.userEpoch]).toEqual([["e2"], "e2"]);
    expect(bench.mails.stats.ledger.stale).toBe(6);
    expect(bench.sums()).toEqual([]);
  });
});

describe("a slow socket", () => {
  it("falls behind instead of being closed, and ends complete", async () => {
    const bench = new MailBench({ userBytesMax: 400 });
    const slow = bench.logIn();
    const quick = bench.logIn();
    slow.stall();
    for (let each = 0; each < 20; each++) bench.push({ bytes: 100 });
    await bench.settle();
    expect(slow.connection.waiting).toBeLessThan(600);
    expect(quick.got).toHaveLength(20);
    expect([slow.connection.closedWith, bench.mails.stats.full]).toEqual([undefined, 1]);
    for (let turns = 0; turns < 20; turns++) {
      slow.read();
      slow.stall();
      await bench.settle();
    }
    slow.read();
    bench.push({});
    await bench.settle();
    expect(slow.got).toEqual(quick.got);
    expect(bench.sums()).toEqual([]);
  });

  it("that does not read in time is closed, and everything is accounted for", async () => {
    const bench = new MailBench({ userBytesMax: 200, deadline: 5000 });
    const slow = bench.logIn();
    slow.stall();
    for (let each = 0; each < 10; each++) bench.push({ bytes: 100 });
    await bench.pass(7000);
    expect(slow.connection.closedWith?.code).toBe(CloseCode.Slow);
    expect(bench.sums()).toEqual([]);
    // Its device gets the rest when it comes back.
    const again = bench.logIn({ device: slow.device });
    await bench.settle();
    expect(again.got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("loses transient pushes, which are counted", () => {
    const bench = new MailBench({ userBytesMax: 100 });
    const slow = bench.logIn();
    slow.stall();
    bench.push({ bytes: 80 });
    expect(bench.push({ bytes: 80, transient: true })?.delivered).toBe(0);
    expect(bench.mails.stats.ledger.transient).toBe(1);
    expect([bench.mails.stats.full, slow.channel.closed]).toEqual([1, false]);
  });

  it("that ends while behind leaves nothing waiting", async () => {
    const bench = new MailBench({ userBytesMax: 200 });
    bench.gated = true;
    const slow = bench.logIn();
    slow.stall();
    for (let each = 0; each < 10; each++) bench.push({ bytes: 100 });
    slow.read();
    bench.clock.runYielded();
    slow.connection.close(CloseCode.Normal, "");
    await bench.settle();
    expect(bench.sums()).toEqual([]);
    expect(await bench.metric("mailbox_bytes")).toBe(0);
    expect(await bench.metric("user_behind")).toBe(0);
  });
});

describe("a key that is taken over", () => {
  it("leaves the newcomer the mail, whatever state the old one was in", async () => {
    const bench = new MailBench({ userBytesMax: 200 });
    const old = bench.logIn({ key: "k", device: "d" });
    old.stall();
    for (let each = 0; each < 6; each++) bench.push({ bytes: 100 });
    const young = bench.logIn({ key: "k", device: "d" });
    old.connection.close(CloseCode.Taken, "taken");
    bench.push({});
    await bench.pass(1000);
    expect(young.got).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(old.got).toEqual([1]);
    expect(bench.sums()).toEqual([]);
  });
});

describe("users without a mailbox", () => {
  it("are handed what comes, as before", () => {
    const bench = new MailBench();
    const client = bench.logIn({ mid: "0" });
    expect(client.channel.mail).toBeUndefined();
    const entries = bench.write({}, {});
    bench.deliver(bench.request(entries.slice(1), { mid: "0", keys: [client.channel.key] }));
    expect(client.got).toEqual([2]);
  });
});

describe("mail that was taken back", () => {
  it("is handed out neither of a page in memory, nor held, nor pushed late", async () => {
    const bench = new MailBench();
    bench.write({}, {}, {});
    const client = bench.logIn({ joining: true, firstPage: 3 });
    bench.push({});
    for (const offset of [2, 4, 5]) bench.recall({ offset });
    bench.open(client);
    await bench.settle();
    expect(client.got).toEqual([1, 3]);
    bench.push({}, {});
    expect([client.got, client.channel.lastUser]).toEqual([[1, 3, 6], 6]);
    expect(bench.sums()).toEqual([]);
  });

  it("is known by its sender and its time too", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.recall({ sender: "5" });
    bench.recall({ from: 100, to: 200 });
    const push = (entry: goim.push.CastEntry.$Properties) => {
      const item = { mid: "7", keys: [client.channel.key], entries: [entry] };
      const head = { incarnation: "i1", epoch: bench.epoch };
      bench.deliver(goim.comet.DeliverReq.encode({ ...head, items: [item] }).finish());
    };
    const of = (offset: number, more: object) => {
      const body = Buffer.from(`${offset}`);
      push({ offset, op: ACCEPTED, transient: true, body, ...more });
    };
    of(1, { sender: "5", time: 50 });
    of(2, { sender: "6", time: 50 });
    of(3, { sender: "6", time: 150 });
    of(4, { time: 200 });
    expect(client.got).toEqual([2, 4]);
  });

  it("is not handed to who has no mailbox", () => {
    const bench = new MailBench();
    const client = bench.logIn();
    client.channel.mail = undefined;
    bench.recall({ offset: 2 });
    bench.push({}, {}, {});
    expect(client.got).toEqual([1, 3]);
  });
});

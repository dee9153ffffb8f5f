import { describe, expect, it } from "vitest";
import { isGoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import { MailBench } from "./mail.fixture.ts";

function ask(bench: MailBench, request: goim.comet.CheckReq.$Properties): boolean {
  const data = goim.comet.CheckReq.encode({ incarnation: "i1", epoch: bench.epoch, ...request });
  return goim.comet.CheckReply.decode(bench.check.answer(data.finish())).stale ?? false;
}

const heads = (bench: MailBench) => bench.reads.filter(({ entries }) => entries === 0).length;

describe("a check that names users", () => {
  it("makes those read who are below, and only those", async () => {
    const bench = new MailBench();
    const [low, there] = [bench.logIn(), bench.logIn({ mid: "8" })];
    bench.write({}, {});
    bench.deliver(bench.request(bench.log, { mid: "8" }));
    const items = [
      { mid: "7", last: 2 },
      { mid: "8", last: 2 },
      { mid: "9", last: 2 },
    ];
    expect(ask(bench, { items })).toBe(false);
    await bench.settle();
    expect([low.got, there.got]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(bench.reads.map(({ after }) => after)).toEqual([0]);
  });

  it("raises what one that is behind already has to read", async () => {
    const bench = new MailBench();
    bench.gated = true;
    const client = bench.logIn();
    bench.write({}, {}, {});
    ask(bench, { items: [{ mid: "7", last: 2 }] });
    ask(bench, { items: [{ mid: "7", last: 3 }] });
    await bench.settle();
    expect([client.got, bench.mails.stats.gaps]).toEqual([[1, 2, 3], 1]);
  });

  it("for another incarnation does nothing", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.write({});
    const stale = ask(bench, { incarnation: "i0", items: [{ mid: "7", last: 1 }] });
    await bench.settle();
    expect([stale, client.got]).toEqual([true, []]);
  });

  it("that cannot be decoded is answered as invalid", () => {
    const bench = new MailBench();
    expect(() => bench.check.answer(Uint8Array.of(0xff, 0xff))).toThrowError(
      expect.toSatisfy((error: unknown) => isGoimError(error, "invalid")),
    );
  });
});

describe("a check of many", () => {
  it("of a shard compares its users and nobody else", async () => {
    const bench = new MailBench();
    const [mine, other] = [bench.logIn(), bench.logIn({ mid: "8" })];
    bench.write({});
    ask(bench, { shard: 7 });
    await bench.settle();
    expect([mine.got, other.got, heads(bench)]).toEqual([[1], [], 1]);
  });

  it("compares a user with several connections once, and batches users", async () => {
    const bench = new MailBench();
    bench.logIn();
    bench.logIn();
    for (let mid = 100; mid < 150; mid++) bench.logIn({ mid: String(mid) });
    bench.bus.requests.length = 0;
    bench.check.all();
    await bench.settle();
    expect([heads(bench), bench.bus.requests.length]).toEqual([51, 3]);
  });

  it("that is asked for while one is on its way is made again", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.gated = true;
    bench.check.all();
    await bench.answer();
    bench.check.all();
    bench.write({});
    await bench.pass(1000);
    expect(client.got).toEqual([1]);
    expect(await bench.metric("user_checks_waiting")).toBe(0);
  });

  it("is tried until logic answers, or the user is gone", async () => {
    const bench = new MailBench();
    const client = bench.logIn();
    bench.fails = true;
    bench.write({});
    bench.check.all();
    await bench.pass(5000);
    bench.fails = false;
    await bench.pass(5000);
    expect(client.got).toEqual([1]);
    bench.fails = true;
    bench.check.all();
    client.connection.close(1000, "");
    await bench.pass(5000);
    expect([await bench.metric("user_checks_waiting"), bench.clock.pending]).toEqual([0, 0]);
  });

  it("follows by itself when the stream begins a new life", async () => {
    const bench = new MailBench();
    const [one, two] = [bench.logIn(), bench.logIn({ mid: "8" })];
    bench.push({}, {});
    bench.epoch = "e2";
    bench.log = [];
    bench.push({});
    await bench.pass(1000);
    expect([one.got, two.got]).toEqual([[1, 2, 1], [1]]);
    expect(two.channel.userEpoch).toBe("e2");
  });
});

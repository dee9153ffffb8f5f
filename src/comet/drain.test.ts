import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { Bucket } from "./bucket.ts";
import { openChannel, settle } from "./comet.fixture.ts";
import { closePaced, sendAway } from "./drain.ts";

function setUp(count: number, lingering = false) {
  const clock = new FakeClock();
  const bucket = new Bucket();
  const connections = Array.from({ length: count }, () => {
    const { channel, connection } = openChannel();
    bucket.add(channel);
    connection.onClose = () => {
      if (!lingering) bucket.remove(channel);
    };
    return connection;
  });
  const closed = () => connections.filter(({ closedWith }) => closedWith !== undefined).length;
  let done = false;
  const start = (spreadMs: number) => {
    const channels = () => bucket.channels();
    const deps = { channels, size: () => bucket.size, clock, random: () => 0.5 };
    void closePaced({ spreadMs }, deps).then(() => {
      done = true;
    });
  };
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 50) {
      clock.advance(50);
      await settle();
    }
  };
  return { start, pass, closed, connections, isDone: () => done };
}

describe("sendAway", () => {
  it("tells each client of version 2 once, also who logs in late, until the deadline", async () => {
    const clock = new FakeClock();
    const bucket = new Bucket();
    const connect = () => {
      const { channel, connection } = openChannel();
      bucket.add(channel);
      return { channel, connection };
    };
    const [old, early, polite] = [connect(), connect(), connect()];
    for (const { channel } of [early, polite]) channel.upgrade();
    let done = false;
    const deps = { channels: () => bucket.channels(), nodes: ["10.0.0.2:3102"], clock };
    void sendAway({ deadlineMs: 2000, jitterMs: 500 }, deps).then(() => {
      done = true;
    });
    const pass = async (ms: number) => {
      for (let at = 0; at < ms; at += 50) {
        clock.advance(50);
        await settle();
      }
    };
    await pass(1000);
    const late = connect();
    late.channel.upgrade();
    bucket.remove(polite.channel);
    await pass(100);
    const told = (client: typeof old) => {
      return client.connection
        .packets()
        .map(({ body }) => JSON.parse(Buffer.from(body).toString()));
    };
    const nodes = ["10.0.0.2:3102"];
    expect(told(old)).toEqual([]);
    expect(told(early)).toEqual([{ nodes, deadline: 2, jitter: 0.5 }]);
    expect(told(late)).toMatchObject([{ nodes, jitter: 0.5 }]);
    expect(told(late)[0].deadline).toBeLessThanOrEqual(1);
    expect(told(late)[0].deadline).toBeGreaterThan(0.9);
    expect(done).toBe(false);
    await pass(1000);
    expect(done).toBe(true);
    expect(early.connection.closedWith).toBeUndefined();
  });
});

describe("closePaced", () => {
  it("closes everybody with GoingAway, evenly over its time", async () => {
    const { start, pass, closed, connections, isDone } = setUp(1000);
    start(5000);
    await pass(2500);
    expect(closed()).toBeGreaterThan(400);
    expect(closed()).toBeLessThan(600);
    await pass(2500);
    expect(closed()).toBe(1000);
    expect(isDone()).toBe(true);
    expect(connections[999]?.closedWith?.code).toBe(CloseCode.GoingAway);
  });

  it("stays even while clients that were closed have not answered yet", async () => {
    const { start, pass, closed } = setUp(1000, true);
    start(5000);
    await pass(2500);
    expect(closed()).toBeGreaterThan(400);
    await pass(2400);
    expect(closed()).toBeGreaterThan(900);
  });

  it("closes all at once when there is no time", async () => {
    const { start, closed, isDone } = setUp(10);
    start(0);
    await settle();
    expect([closed(), isDone()]).toEqual([10, true]);
  });

  it("is done at once when nobody is there", async () => {
    const { start, isDone } = setUp(0);
    start(5000);
    await settle();
    expect(isDone()).toBe(true);
  });
});

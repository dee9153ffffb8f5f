/** Pushes to users through the whole system: real processes, clients of both versions. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { waitFor } from "../harness/wait.ts";
import { openBus } from "../integration/logic-harness.ts";
import {
  type Device,
  type Kind,
  keyOf,
  kinds,
  MailboxSystem,
  OP,
  texts,
} from "./mailbox-system.ts";

/** More than one page of a mailbox holds. */
const MANY = 300;
const ws1: Kind = { transport: "ws", version: 1 };
const ws2: Kind = { transport: "ws", version: 2 };

let mail: MailboxSystem;
let bus: Bus;

beforeAll(async () => {
  mail = await MailboxSystem.start({ comets: 2, jobs: 2 });
  bus = await openBus(mail.system.nats.url);
});

afterEach(() => mail.closeDevices());

afterAll(async () => {
  await bus?.close();
  await mail?.stop();
});

/** Resolves when the server knows that a device has everything up to this message. */
const acked = (mid: number, offset: number, device: string) =>
  waitFor(async () => {
    const { devices } = await mail.state(mid, offset);
    return devices.find((one) => one.device === keyOf(mid, device))?.acked;
  });

/** Version 1 acknowledges by reading; version 2 says it. */
async function done(mid: number, device: Device, name: string, text: string, offset: number) {
  if (device.version === 2) await device.ack(text);
  else await acked(mid, offset, name);
}

describe.each(kinds)("a user's messages over $transport, version $version", (kind) => {
  it("wait for the login, come once, in order, before what is pushed meanwhile", async () => {
    const mid = mail.user();
    const padding = "x".repeat(200);
    await mail.pushMany(
      mid,
      texts(0, MANY).map((text) => `${text} ${padding}`),
    );
    const logins: Promise<Device>[] = [];
    for (let n = MANY; n < MANY + 60; n++) {
      if (n === MANY + 10) logins.push(mail.logIn(mid, "phone", kind));
      if (n === MANY + 20) logins.push(mail.logIn(mid, "laptop", kind, 1));
      await mail.push(mid, `m${n}`);
    }
    const devices = await Promise.all(logins);
    const last = await mail.push(mid, "m360");
    for (const device of devices) await device.has("m360");
    const [phone, laptop] = devices as [Device, Device];
    expect(phone.got).toEqual(texts(0, 361));
    // The second device of a user begins where the furthest one is: at most it misses nothing.
    const from = 361 - laptop.got.length;
    expect(laptop.got).toEqual(texts(from, 361));
    await done(mid, phone, "phone", "m360", last);
  });

  it("are not replayed when the device has acknowledged them", async () => {
    const mid = mail.user();
    await mail.pushMany(mid, texts(0, 20));
    const before = await mail.push(mid, "m20");
    const first = await mail.logIn(mid, "phone", kind);
    await first.has("m20");
    await done(mid, first, "phone", "m20", before);
    const live = await mail.push(mid, "m21");
    await first.has("m21");
    await done(mid, first, "phone", "m21", live);
    await mail.logOut(mid, first);
    await mail.pushMany(mid, texts(22, 25));
    const second = await mail.logIn(mid, "phone", kind, 1);
    await second.has("m24");
    expect(second.got).toEqual(texts(22, 25));
  });

  it("belong to each device by itself", async () => {
    const mid = mail.user();
    const phone = await mail.logIn(mid, "phone", kind);
    const laptop = await mail.logIn(mid, "laptop", kind, 1);
    const first = await mail.push(mid, "m0");
    for (const [name, device] of Object.entries({ phone, laptop })) {
      await device.has("m0");
      await done(mid, device, name, "m0", first);
    }
    await mail.logOut(mid, laptop);
    await mail.pushMany(mid, texts(1, 6));
    await phone.has("m5");
    const last = await mail.push(mid, "m6");
    await phone.has("m6");
    await done(mid, phone, "phone", "m6", last);
    const again = await mail.logIn(mid, "laptop", kind, 1);
    await again.has("m6");
    expect(again.got).toEqual(texts(1, 7));
    expect(phone.got).toEqual(texts(0, 7));
    // One that nobody knows begins where the user is furthest.
    const tablet = await mail.logIn(mid, "tablet", kind);
    await mail.push(mid, "m7");
    await tablet.has("m7");
    expect(tablet.got).toEqual(["m7"]);
  });

  it("wait for a device that was there before the first one came", async () => {
    const mid = mail.user();
    const phone = await mail.logIn(mid, "phone", kind);
    const laptop = await mail.logIn(mid, "laptop", kind, 1);
    await mail.logOut(mid, laptop);
    const offset = await mail.push(mid, "m0");
    await phone.has("m0");
    await done(mid, phone, "phone", "m0", offset);
    const again = await mail.logIn(mid, "laptop", kind, 1);
    await mail.push(mid, "m1");
    await again.has("m1");
    expect(again.got).toEqual(["m0", "m1"]);
  });

  it("come after a job died between commit and delivery", async () => {
    const [mid, absent] = [mail.user(), mail.user()];
    const { jobs } = mail.system;
    const device = await mail.logIn(mid, "phone", kind);
    await mail.push(mid, "m0");
    await device.has("m0");
    for (const job of jobs) job.pause();
    // Committed, and read by nobody.
    await mail.pushMany(mid, texts(1, 11));
    await mail.pushMany(absent, texts(0, 10));
    await Promise.all(jobs.map((job) => job.kill9()));
    const early = await mail.logIn(absent, "phone", kind);
    await Promise.all(jobs.map((job) => job.start()));
    await device.has("m10");
    await early.has("m9");
    expect(device.got).toEqual(texts(0, 11));
    expect(early.got).toEqual(texts(0, 10));
  });

  it("come once and in order while jobs are killed", async () => {
    const [mid, absent] = [mail.user(), mail.user()];
    const [one, two] = [mail.system.jobs[0], mail.system.jobs[1] ?? mail.system.jobs[0]];
    const phone = await mail.logIn(mid, "phone", kind);
    const laptop = await mail.logIn(mid, "laptop", kind, 1);
    const restarts: Promise<void>[] = [];
    for (let n = 0; n < 200; n++) {
      await Promise.all([mail.push(mid, `m${n}`), mail.push(absent, `m${n}`)]);
      if (n === 50) restarts.push(one.restart());
      if (n === 120) restarts.push(two.restart());
    }
    for (const device of [phone, laptop]) await device.has("m199", 30_000);
    for (const device of [phone, laptop]) expect(device.got).toEqual(texts(0, 200));
    const late = await mail.logIn(absent, "phone", kind);
    await late.has("m199", 30_000);
    expect(late.got).toEqual(texts(0, 200));
    await Promise.all(restarts);
  });
});

describe("version 1", () => {
  it("replays only what the kernel had not taken", async () => {
    const mid = mail.user();
    const slow = await mail.logIn(mid, "phone", { transport: "tcp", version: 1 });
    const padding = "x".repeat(20_000);
    await mail.push(mid, "m0");
    await slow.has("m0");
    slow.client.pause();
    const sent = 700;
    for (let at = 1; at < sent; at += 50) {
      const bodies = texts(at, Math.min(sent, at + 50)).map((text) => `${text} ${padding}`);
      await mail.pushMany(mid, bodies);
    }
    await waitFor(async () => (await mail.metric("comet_user_behind")) > 0);
    slow.client.destroy();
    await waitFor(async () => (await mail.connections(mid)) === 0);
    const again = await mail.logIn(mid, "phone", { transport: "tcp", version: 1 });
    await again.has(`m${sent - 1}`);
    const from = sent - again.got.length;
    expect(again.got).toEqual(texts(from, sent));
    // What lies between was in the kernel: version 1 cannot know that it was not read.
    expect(from).toBeGreaterThanOrEqual(slow.got.length);
    expect(from).toBeLessThan(sent);
  });
});

describe("version 2", () => {
  it("repeats what was not acknowledged, also on another comet after a kill -9", async () => {
    const mid = mail.user();
    await mail.pushMany(mid, texts(0, 20));
    const first = await mail.logIn(mid, "phone", ws2);
    await first.has("m19");
    await first.ack("m4");
    const [comet] = mail.system.comets;
    await comet.kill9();
    const second = await mail.logIn(mid, "phone", ws2, 1);
    await mail.push(mid, "m20");
    await second.has("m20");
    expect(second.got).toEqual(texts(5, 21));
    await second.ack("m20");
    await comet.start();
    const third = await mail.logIn(mid, "phone", ws2);
    await mail.push(mid, "m21");
    await third.has("m21");
    expect(third.got).toEqual(["m21"]);
  });

  it("refuses an acknowledgement above what was sent, and moves nothing by it", async () => {
    const mid = mail.user();
    const device = await mail.logIn(mid, "phone", ws2);
    const offset = await mail.push(mid, "m0");
    await device.has("m0");
    await expect(device.ackOffset(offset + 1024)).rejects.toThrow(/invalid/);
    await mail.logOut(mid, device);
    const again = await mail.logIn(mid, "phone", ws2);
    await again.has("m0");
    expect(device.got).toEqual(["m0"]);
  });
});

describe("a mailbox that ran over", () => {
  it("keeps the newest, and tells version 2 where they begin", async () => {
    const mid = mail.user();
    for (let at = 0; at < 1300; at += 100) await mail.pushMany(mid, texts(at, at + 100));
    await waitFor(async () => (await events(mid)).length === 1300);
    const phone = await mail.logIn(mid, "phone", ws2);
    await phone.has("m1299");
    const from = 1300 - phone.got.length;
    expect(from).toBeGreaterThan(0);
    expect(phone.got.length).toBeGreaterThan(800);
    expect(phone.got).toEqual(texts(from, 1300));
    expect(phone.loginReply.user).toMatchObject({ cursor: 0, oldest: phone.offsetOf(`m${from}`) });
    expect(phone.loginReply.user?.last).toBe(phone.offsetOf("m1299"));
    const old = await mail.logIn(mid, "old", ws1, 1);
    await old.has("m1299");
    expect(old.got).toEqual(texts(from, 1300));
  });
});

describe.each([ws1, ws2])("the push API, version $version", (kind) => {
  it("waits until it was delivered, and counts connections over all comets", async () => {
    const mid = mail.user();
    const wait = { wait: "delivered", deadline: 20_000 };
    const body = { user: mid, op: OP, body: "m0", ...wait };
    const none = await mail.call("push/user", body);
    expect(none).toMatchObject({ status: 200, json: { delivered: 0 } });
    const phone = await mail.logIn(mid, "phone", kind);
    const laptop = await mail.logIn(mid, "laptop", kind, 1);
    const two = await mail.call("push/user", { ...body, body: "m1" });
    expect(two).toMatchObject({ status: 200, json: { delivered: 2 } });
    for (const device of [phone, laptop]) await device.has("m1");
    await mail.logOut(mid, laptop);
    const users = { users: [mid, mail.user()], op: OP, body: "m2", ...wait };
    const { json } = await mail.call("push/users", users);
    expect(json.results).toMatchObject([{ delivered: 1 }, { delivered: 0 }]);
  });

  it("waits until it was acknowledged, and tells how far each device is", async () => {
    const mid = mail.user();
    const phone = await mail.logIn(mid, "phone", kind);
    const laptop = await mail.logIn(mid, "laptop", kind, 1);
    const wait = { wait: "acked", deadline: 20_000 };
    const answer = mail.call("push/user", { user: mid, op: OP, body: "m0", qos: "acked", ...wait });
    await Promise.all([phone, laptop].map((device) => device.has("m0")));
    if (kind.version === 2) await phone.ack("m0");
    const { status, json } = await answer;
    expect(status).toBe(200);
    const offset = Number(json.offset);
    const name = (device: string) => keyOf(mid, device);
    const told = json.acked as string[];
    expect(told.length).toBeGreaterThan(0);
    if (kind.version === 2) expect(told).toEqual([name("phone")]);
    const both = kind.version === 1;
    const wanted = [
      { device: name("laptop"), handed: true, acked: both },
      { device: name("phone"), handed: true, acked: true },
    ];
    const devices = await waitFor(async () => {
      const state = await mail.state(mid, offset);
      expect(state).toMatchObject({ status: 200, qos: "stored" });
      const sorted = [...state.devices].sort((a, b) => (a.device < b.device ? -1 : 1));
      const right =
        sorted.length === 2 &&
        sorted.every(({ handed, acked: has }, at) => {
          return handed && has === wanted[at]?.acked;
        });
      return right && sorted;
    });
    expect(devices).toMatchObject(wanted);
    const late = await mail.call("push/user", {
      ...{ user: mail.user(), op: OP, body: "x", wait: "acked", deadline: 50 },
    });
    expect(late).toMatchObject({ status: 200, json: { pending: true } });
  });

  it("keeps qos=live out of the mailbox", async () => {
    const mid = mail.user();
    await mail.push(mid, "m0");
    await mail.push(mid, "gone", { qos: "live" });
    const offset = await mail.push(mid, "m1");
    await waitFor(async () => (await events(mid)).length === 2);
    const phone = await mail.logIn(mid, "phone", kind);
    await phone.has("m1");
    const live = await mail.push(mid, "now", { qos: "live" });
    await phone.has("now");
    await mail.push(mid, "m2");
    await phone.has("m2");
    expect(phone.got).toEqual(["m0", "m1", "now", "m2"]);
    expect(await mail.state(mid, live)).toMatchObject({ qos: "live" });
    expect(await mail.state(mid, offset)).toMatchObject({ qos: "stored" });
  });
});

/** Bodies of the events about what found nobody online. */
async function events(mid: number): Promise<string[]> {
  const reader = createStreamReader(bus);
  const stream = bus.subjects.stream("event");
  const subject = bus.subjects.event("undelivered", `${mid}`);
  const last = await reader.lastSequence(stream);
  if (last === 0) return [];
  const stored = await reader.range(stream, subject, 1, last, 10_000);
  return stored.map(({ data }) => {
    const { bodyBase64 } = JSON.parse(Buffer.from(data).toString()) as { bodyBase64: string };
    return Buffer.from(bodyBase64, "base64").toString();
  });
}

describe("events", () => {
  it("tell what found nobody online, once each, and nothing that did", async () => {
    const mid = mail.user();
    await mail.pushMany(mid, texts(0, 5));
    await mail.push(mid, "live", { qos: "live" });
    await waitFor(async () => (await events(mid)).length >= 5);
    const phone = await mail.logIn(mid, "phone", ws2);
    await mail.push(mid, "m5");
    await phone.has("m5");
    await mail.logOut(mid, phone);
    await mail.push(mid, "m6");
    await waitFor(async () => (await events(mid)).includes("m6"));
    expect(await events(mid)).toEqual([...texts(0, 5), "m6"]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { openBucket } from "../../src/bus/kv.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { GoimError } from "../../src/kit/errors.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createKvMailbox, type KvMailboxConfig } from "../../src/store/mailbox.kv.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { append, epoch, mails, offsets, readAll, UserLog } from "./mailbox-space.ts";

/** A mailbox in KV whose writer loses its connection, or its answers, at a bad moment. */
describe("mailbox in NATS KV, interrupted", () => {
  let nats: TestNats;
  let spaces = 0;
  const logs: UserLog[] = [];

  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(async () => {
    for (const log of logs) await log.close();
    await nats.stop();
  });

  async function space() {
    const log = await new UserLog(nats.url, `goim-${++spaces}`).create();
    logs.push(log);
    const admin = await log.connect();
    const open = async (
      spoil: (bus: Bus) => Bus = (bus) => bus,
      over: Partial<KvMailboxConfig> = {},
    ) => {
      const { bus, streams } = await log.process();
      const metrics = createMetrics();
      const deps = { bus: spoil(bus), streams, log: silentLog, clock: systemClock, metrics };
      const mailbox = await createKvMailbox({ timeoutMs: 300, ...over }, deps);
      const metric = async (name: string) => {
        const { values } = (await metrics.registry.getSingleMetric(`goim_${name}`)?.get()) ?? {};
        return values?.[0]?.value;
      };
      return { mailbox, metric };
    };
    const bucket = await openBucket(admin, { name: admin.subjects.bucket("mailbox") });
    const pages = async () => {
      const found: string[] = [];
      for await (const key of bucket.keys("p.>")) found.push(key);
      return found;
    };
    return { open, pages, admin, bucket };
  }

  it("has nothing of an append that ended between its page and its head", async () => {
    const { open, pages } = await space();
    let broken = false;
    const crashing = await open((bus) =>
      withPublish(bus, (subject, send) => {
        if (broken && isHead(subject)) throw new GoimError("unavailable", "gone");
        send();
      }),
    );
    await append(crashing.mailbox, { mid: "7", entries: mails(1, 50) });
    const before = (await pages()).length;
    broken = true;
    const [lost] = await crashing.mailbox.append(epoch, [{ mid: "7", entries: mails(51, 200) }]);
    expect(lost).toMatchObject({ reason: { code: "unavailable" } });
    expect((await pages()).length).toBeGreaterThan(before);
    const { mailbox } = await open();
    expect(offsets(await readAll(mailbox))).toEqual(offsets(page(mails(1, 50))));
    expect(await append(mailbox, { mid: "7", entries: mails(51, 210) })).toEqual([50]);
    expect(offsets(await readAll(mailbox))).toEqual(offsets(page(mails(1, 210))));
    // The first writer comes back with what it remembers.
    broken = false;
    await append(crashing.mailbox, { mid: "7", entries: mails(51, 200) });
    await append(crashing.mailbox, { mid: "7", entries: mails(201, 220) });
    expect(offsets(await readAll(mailbox))).toEqual(offsets(page(mails(1, 220))));
  });

  it("does not know after a lost answer, and the append is there once when repeated", async () => {
    const { open } = await space();
    let deaf = false;
    const { mailbox } = await open((bus) =>
      withPublish(bus, (subject, send) => send(deaf && isHead(subject) ? "nobody" : undefined)),
    );
    await append(mailbox, { mid: "7", entries: mails(1, 5) });
    deaf = true;
    const calls = [mails(6, 8), mails(9, 9)].map((entries) =>
      mailbox.append(epoch, [{ mid: "7", entries }]),
    );
    expect((await Promise.all(calls)).flat()).toMatchObject([
      { reason: { code: "timeout" } },
      { reason: { code: "timeout" } },
    ]);
    deaf = false;
    expect(await append(mailbox, { mid: "7", entries: mails(6, 8) })).toEqual([5]);
    expect(await append(mailbox, { mid: "7", entries: mails(9, 10) })).toEqual([8]);
    expect(offsets(await readAll(mailbox))).toEqual(offsets(page(mails(1, 10))));
  });

  it("deletes the pages that the bounds took", async () => {
    const { open, pages } = await space();
    const { mailbox, metric } = await open(undefined, { entriesMax: 80 });
    for (let from = 1; from < 2000; from += 100) {
      await append(mailbox, { mid: "7", entries: mails(from, from + 99) });
    }
    await waitFor(async () => (await pages()).length <= 8, { describe: "pages to go" });
    expect(await metric("mailbox_dropped_total")).toBeGreaterThanOrEqual(1920);
    expect(await metric("mailbox_pages_left_total")).toBe(0);
    expect(await metric("mailbox_pages_written_total")).toBeGreaterThan(20);
    await mailbox.append("life-2", [{ mid: "7", entries: mails(1, 2) }]);
    await waitFor(async () => (await pages()).length === 0, { describe: "the last page to go" });
    await mailbox.close();
  });

  it("says what is missing with a page that somebody removed or damaged", async () => {
    const { open, pages, bucket } = await space();
    const { mailbox, metric } = await open(undefined, { entriesMax: 80 });
    await append(mailbox, { mid: "7", entries: mails(1, 35) });
    const refs = await Promise.all((await pages()).map((key) => bucket.get(key)));
    const [first, second] = refs.sort((a, b) => (a?.revision ?? 0) - (b?.revision ?? 0));
    await bucket.put(first?.key ?? "", Buffer.from("no page"));
    await bucket.delete(second?.key ?? "", second?.revision ?? 0);
    const found = await readAll(mailbox);
    expect(found.entries.at(-1)?.offset).toBe(35);
    expect(found.oldest).toBe(found.entries[0]?.offset);
    expect(found.oldest).toBe(21);
    expect(found.through).toBe(35);
    expect(await metric("mailbox_damaged_total")).toBeGreaterThan(0);
  });

  it("begins anew when the bucket was deleted under it", async () => {
    const { open, admin } = await space();
    const { mailbox } = await open();
    await append(mailbox, { mid: "7", entries: mails(1, 40) });
    const stream = `KV_${admin.subjects.bucket("mailbox")}`;
    await admin.request(`$JS.API.STREAM.DELETE.${stream}`, new Uint8Array(0), { timeoutMs: 5000 });
    // What it remembers of the head says that these are there already.
    const prevs = await waitFor(
      () => append(mailbox, { mid: "7", entries: mails(38, 40) }).catch(() => undefined),
      { describe: "an append after the loss" },
    );
    expect(prevs).toEqual([0]);
    expect(offsets(await readAll(mailbox))).toEqual([38, 39, 40]);
  });
});

function page(entries: ReturnType<typeof mails>) {
  return { last: 0, oldest: 0, through: 0, entries };
}

function isHead(subject: string): boolean {
  return /^\$KV\.[^.]+\.m\./.test(subject);
}

/** The bus with a hand on what it publishes; `send` may lead the answer somewhere else. */
function withPublish(
  bus: Bus,
  hand: (subject: string, send: (replyTo?: string) => void) => void,
): Bus {
  const publish: Bus["publish"] = (subject, data, headers, replyTo) =>
    hand(subject, (other) => bus.publish(subject, data, headers, other ?? replyTo));
  return new Proxy(bus, {
    get: (target, key) => {
      if (key === "publish") return publish;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

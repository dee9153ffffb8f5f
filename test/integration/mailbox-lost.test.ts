/** The mailboxes are lost while users are pushed to; GOIM_USER is not. */
import { afterEach, describe, expect, it } from "vitest";
import { JsApi } from "../../src/bus/js-api.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { systemClock as clock } from "../../src/kit/clock.ts";
import { isGoimError } from "../../src/kit/errors.ts";
import { silentLog as log } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { createMail, type MailPart } from "../../src/logic/mail.ts";
import { offsetOf } from "../../src/protocol/offset.ts";
import type { Mailbox } from "../../src/store/mailbox.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import { waitFor } from "../harness/wait.ts";
import { evenShares, JobSystem, type TestComet } from "./job-fixture.ts";

let system: JobSystem;
let redis: TestRedis | undefined;
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await system.stop();
  await redis?.stop();
  redis = undefined;
});

const mids = Array.from({ length: 24 }, (_, n) => String(n + 1));

/** Pushes to everybody until it is stopped; offsets by mid, in order. */
function load() {
  const sent = new Map<string, number[]>(mids.map((mid) => [mid, []]));
  let pushing = true;
  const push = async (mid: string) => {
    for (let n = 0; pushing; n++) {
      const sequence = await system.pushUser(mid, `${n}`);
      sent.get(mid)?.push(offsetOf(sequence, 0));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const pushes = mids.map(push);
  const stop = async () => {
    pushing = false;
    await Promise.all(pushes);
  };
  ends.push(stop);
  const total = () => [...sent.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    sent,
    /** So many more. */
    more: async (count: number) => {
      const before = total();
      await waitFor(() => total() >= before + count, { timeoutMs: 30_000 });
    },
    stop,
  };
}

/** What logic says to a login, with every page. */
function logins(mailbox: Mailbox) {
  const reader = createStreamReader(system.bus);
  const config = { pageEntries: 50, pageBytes: 65_536, replyBytes: 65_536, readsMax: 100 };
  const { bus, layout } = system;
  const cursors = { open: async (_: unknown, all: readonly unknown[]) => all.map(() => opened) };
  const opened = { status: "fulfilled" as const, value: { acked: 0, all: 0 } };
  const mail = createMail(
    { ...config, rebuildWait: 60_000 },
    {
      ...{ mailbox, cursors, layout, bus, reader, clock, log },
      kept: { bytesMax: 0, known: async () => ({ epoch: "a", offset: 0, entries: [] }) },
      metrics: createMetrics(),
    },
  );
  const settled = async <T>(call: Promise<PromiseSettledResult<T>[]>): Promise<T> => {
    const [result] = await call;
    if (result?.status === "fulfilled") return result.value;
    throw result?.reason;
  };
  return async (mid: string): Promise<number[]> => {
    const login = { mid, device: "d", since: 1, session: "c/i/1" };
    let page: MailPart = await settled<MailPart>(mail.waiting([login]));
    const offsets = page.entries.map(({ offset }) => offset);
    while (page.through < page.last) {
      const read = { mid, after: page.through, entries: 50, bytes: 65_536 };
      page = await settled(mail.pages([read]));
      offsets.push(...page.entries.map(({ offset }) => offset));
    }
    return offsets;
  };
}

/** As a comet, again while it is told to come again. */
async function patiently(login: () => Promise<number[]>): Promise<number[]> {
  return waitFor(
    async () => {
      try {
        return await login();
      } catch (error) {
        if (isGoimError(error, "unavailable") || isGoimError(error, "timeout")) return undefined;
        throw error;
      }
    },
    { timeoutMs: 30_000, describe: "a login" },
  );
}

function checkPrevs({ items }: TestComet, sent: ReadonlyMap<string, readonly number[]>): void {
  for (const { mid, prev, offsets } of items) {
    if (prev === undefined) continue;
    const at = sent.get(mid)?.indexOf(offsets[0] ?? 0) ?? -1;
    expect([mid, offsets[0], prev]).toEqual([mid, offsets[0], sent.get(mid)?.[at - 1] ?? 0]);
  }
}

const deleteBucket = async () => {
  const api = new JsApi(system.bus);
  await api.call(`STREAM.DELETE.KV_${system.bus.subjects.bucket("mailbox")}`);
  api.close();
};

const purgeBucket = async () => {
  const api = new JsApi(system.bus);
  await api.call(`STREAM.PURGE.KV_${system.bus.subjects.bucket("mailbox")}`);
  api.close();
};

const restartRedis = async () => {
  await redis?.kill();
  await redis?.restart();
};

const losses = [
  ["a bucket that is deleted", false, deleteBucket],
  ["a bucket that is purged", false, purgeBucket],
  ["a Redis that is killed and starts empty", true, restartRedis],
] as const;

describe.each(losses)("%s", (_, inRedis, lose) => {
  it.each([
    ["waits", "1s"],
    ["does not wait", "0s"],
  ])(
    "takes nothing from a login, and no push says a falsehood, when delivery %s",
    async (_what, hold) => {
      if (inRedis) redis = await startRedis();
      system = await JobSystem.start(redis?.addr);
      const comet = await system.startComet("c1");
      for (const mid of mids) {
        system.sessions.add({ mid, key: `k${mid}`, comet: "c1", incarnation: comet.incarnation });
      }
      const mailbox = await system.openMailbox(system.bus);
      ends.push(() => mailbox.close());
      const { job } = await system.startJob("a", { GOIM_REBUILD_HOLD: hold });
      await evenShares(system, ["a"]);
      const login = logins(mailbox);
      const got = (mid: string) => (comet.got.get(`k${mid}`) ?? []).map(({ offset }) => offset);
      const { sent, more, stop } = load();
      await more(600);
      for (let round = 0; round < 2; round++) {
        const rebuilds = job.stats.indexRebuilds;
        await lose();
        await more(100);
        // Whoever comes now is given what went out before, or is told to come again: those who were
        // looked up then are not asked for a second time.
        for (const mid of mids.slice(0, 6)) {
          const before = got(mid);
          const offsets = await patiently(() => login(mid));
          expect(offsets.slice(0, before.length)).toEqual(before);
        }
        await waitFor(() => job.stats.indexRebuilds >= rebuilds + 12, { timeoutMs: 30_000 });
      }
      await stop();
      for (const mid of mids) {
        await waitFor(() => got(mid).at(-1) === sent.get(mid)?.at(-1), { timeoutMs: 30_000 });
        expect(got(mid)).toEqual(sent.get(mid));
        expect(await patiently(() => login(mid))).toEqual(sent.get(mid));
      }
      checkPrevs(comet, sent);
      expect(job.stats.indexLost).toBeGreaterThanOrEqual(2);
    },
    90_000,
  );
});

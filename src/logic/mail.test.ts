import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import type { CursorLogin } from "../store/cursors.ts";
import type { MailEntry, MailRead } from "../store/mailbox.ts";
import type { KeptLog } from "./kept.ts";
import { createMail, type MailConfig, type MailPart } from "./mail.ts";
import { fitPages } from "./mail-fit.ts";

const entry = (offset: number, bytes = 10): MailEntry => ({
  ...{ offset, op: 1, body: Buffer.alloc(bytes), expiresAt: 0, time: 0, sender: "" },
});

interface Setup {
  /** Entries by mid. */
  readonly boxes?: Readonly<Record<string, readonly MailEntry[]>>;
  /** Cursors by mid. */
  readonly cursors?: Readonly<Record<string, number>>;
  readonly config?: Partial<MailConfig>;
  readonly maxPayloadBytes?: number;
  /** Mids whose cursor, and whose mailbox, cannot be read; "*" = the call as a whole. */
  readonly noCursor?: string;
  readonly noBox?: string;
  readonly notRead?: boolean;
}

const kept: KeptLog = { epoch: "a", offset: 9_000, entries: [] };
const away = new GoimError("unavailable", "the store is away");

function setup(options: Setup = {}) {
  const { boxes = {}, cursors = {}, noCursor, noBox } = options;
  const steps: string[] = [];
  const reads: MailRead[] = [];
  const opened: CursorLogin[] = [];
  const mail = createMail(
    {
      pageEntries: 4,
      pageBytes: 1_000,
      replyBytes: 4_000,
      readsMax: 8,
      rebuildWait: 0,
      ...options.config,
    },
    {
      mailbox: {
        read: async (epoch, asked) => {
          steps.push(`read ${epoch}`);
          reads.push(...asked);
          if (noBox === "*") throw away;
          await Promise.resolve();
          return asked.map(({ mid, after, entries: count, bytes }) => {
            if (mid === noBox) return { status: "rejected", reason: away };
            const all = boxes[mid] ?? [];
            const last = all.at(-1)?.offset ?? 0;
            let left = bytes;
            const entries = all
              .filter(({ offset }) => offset > after)
              .slice(0, count)
              .filter(({ body }, at) => {
                left -= body.length;
                return at === 0 || left >= 0;
              });
            const through = entries.at(-1)?.offset ?? last;
            return { status: "fulfilled", value: { last, oldest: 0, entries, through } };
          });
        },
      },
      cursors: {
        open: async (lives, logins) => {
          steps.push(`open ${lives.user} ${lives.all}`);
          opened.push(...logins);
          if (noCursor === "*") throw away;
          return logins.map(({ mid }) => {
            if (mid === noCursor) return { status: "rejected", reason: away };
            return { status: "fulfilled", value: { acked: cursors[mid] ?? 0, all: Number(mid) } };
          });
        },
      },
      layout: { epoch: (stream) => `epoch of ${stream}`, shardOf: () => 0 },
      reader: { tails: () => Promise.reject(new Error("nobody asks the stream")) },
      kept: {
        bytesMax: 500,
        known: async () => {
          if (options.notRead === true) throw away;
          return kept;
        },
      },
      bus: {
        subjects: createSubjects("goim"),
        maxPayloadBytes: options.maxPayloadBytes ?? 1 << 20,
      },
      clock: new FakeClock(),
      log: silentLog,
      metrics: createMetrics(),
    },
  );
  return { mail, steps, reads, opened };
}

const login = (mid: string): CursorLogin => ({
  ...{ mid, device: "d", session: `c/i/${mid}`, since: 5 },
});

const offsetsOf = (results: readonly PromiseSettledResult<MailPart>[]) =>
  results.map((result) =>
    result.status === "fulfilled"
      ? result.value.entries.map(({ offset }) => offset)
      : (result.reason as GoimError).code,
  );

describe("what waits for logins", () => {
  it("is what lies above each cursor, in the epoch of the user stream", async () => {
    const boxes = { 7: [entry(1), entry(2), entry(3)], 8: [entry(5)] };
    const { mail, opened } = setup({ boxes, cursors: { 7: 1, 8: 5 } });
    const results = await mail.waiting([login("7"), login("8"), login("9")]);
    expect(results).toEqual([
      {
        status: "fulfilled",
        value: {
          ...{ epoch: "epoch of GOIM_USER", cursor: 1, last: 3, oldest: 0, through: 3 },
          ...{ entries: [entry(2), entry(3)], all: { cursor: 7, kept } },
        },
      },
      {
        status: "fulfilled",
        value: {
          ...{ epoch: "epoch of GOIM_USER", cursor: 5, last: 5, oldest: 0, through: 5 },
          ...{ entries: [], all: { cursor: 8, kept } },
        },
      },
      {
        status: "fulfilled",
        value: {
          ...{ epoch: "epoch of GOIM_USER", cursor: 0, last: 0, oldest: 0, through: 0 },
          ...{ entries: [], all: { cursor: 9, kept } },
        },
      },
    ]);
    expect(opened).toEqual([login("7"), login("8"), login("9")]);
  });

  it("costs one question to each store where nothing does", async () => {
    const { mail, steps, reads } = setup({ boxes: { 7: [entry(5)] }, cursors: { 7: 5 } });
    await mail.waiting([login("7"), login("8")]);
    expect(steps).toEqual(["open epoch of GOIM_USER a", "read epoch of GOIM_USER"]);
    expect(reads.map(({ entries, bytes }) => [entries, bytes])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    await mail.waiting([]);
    expect(steps).toHaveLength(2);
  });

  it("is bounded by the page, and by an equal share of the answer", async () => {
    const many = Array.from({ length: 20 }, (_, n) => entry(n + 1, 100));
    const one = setup({ boxes: { 7: many } });
    expect(offsetsOf(await one.mail.waiting([login("7")]))).toEqual([[1, 2, 3, 4]]);
    const mids = ["1", "2", "3", "4", "5", "6", "7", "8"];
    const boxes = Object.fromEntries(mids.map((mid) => [mid, many]));
    const { mail } = setup({ boxes });
    const results = await mail.waiting(mids.map(login));
    expect(offsetsOf(results).map((offsets) => offsets.length)).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
  });

  it("fails for one alone, and for all when a store does not answer", async () => {
    const boxes = { 7: [entry(1)], 8: [entry(1)], 9: [entry(1)] };
    const logins = ["7", "8", "9"].map(login);
    const cursor = setup({ boxes, noCursor: "8" });
    expect(offsetsOf(await cursor.mail.waiting(logins))).toEqual([[1], "unavailable", [1]]);
    const box = setup({ boxes, noBox: "9" });
    expect(offsetsOf(await box.mail.waiting(logins))).toEqual([[1], [1], "unavailable"]);
    for (const failing of [{ noCursor: "*" }, { noBox: "*" }]) {
      const { mail } = setup({ boxes, ...failing });
      expect(offsetsOf(await mail.waiting(logins))).toEqual([
        ...["unavailable", "unavailable", "unavailable"],
      ]);
    }
  });

  it("is told nobody before the kept broadcasts are known", async () => {
    const { mail, steps } = setup({ boxes: { 7: [entry(1)] }, notRead: true });
    expect(offsetsOf(await mail.waiting([login("7"), login("8")]))).toEqual([
      ...["unavailable", "unavailable"],
    ]);
    expect(steps).toEqual([]);
  });

  it("leaves room for them in the answer", async () => {
    const many = Array.from({ length: 4 }, (_, n) => entry(n + 1, 100));
    const { mail } = setup({ boxes: { 7: many }, maxPayloadBytes: 1_100 });
    // 256 bytes are the login's own, 500 reserved: two entries of 164 bytes fit.
    expect(offsetsOf(await mail.waiting([login("7")]))).toEqual([[1, 2]]);
    const [page] = await mail.pages([{ mid: "7", after: 0, entries: 9, bytes: 9_000 }]);
    expect(page).toMatchObject({ value: { through: 4 } });
  });

  it("and is too large for the answer is left for a page: the login goes on without", async () => {
    const { mail } = setup({ boxes: { 7: [entry(3, 9_000), entry(4)] }, cursors: { 7: 2 } });
    const [result] = await mail.waiting([login("7")]);
    expect(result).toMatchObject({ value: { cursor: 2, last: 4, entries: [], through: 2 } });
  });
});

describe("pages", () => {
  const read = (mid: string, after: number, entries = 10, bytes = 10_000) => ({
    ...{ mid, after, entries, bytes },
  });

  it("begin where they are asked to, within the bounds of asker and answer", async () => {
    const boxes = { 7: [1, 2, 3, 4, 5, 6, 7, 8].map((offset) => entry(offset, 100)) };
    const { mail } = setup({ boxes });
    const reads = [read("7", 1), read("7", 0, 2), read("7", 0, 9, 1), read("7", 0, 0, 0)];
    const results = await mail.pages(reads);
    expect(offsetsOf(results)).toEqual([[2, 3, 4, 5], [1, 2], [1], []]);
    expect(results[0]).toMatchObject({ value: { cursor: 1, through: 5, last: 8 } });
  });

  it("beyond the most of one request are answered busy, the others are not", async () => {
    const { mail, reads } = setup({ boxes: { 7: [entry(1)] }, config: { readsMax: 2 } });
    const results = await mail.pages([read("7", 0), read("7", 0), read("7", 0)]);
    expect(offsetsOf(results)).toEqual([[1], [1], "busy"]);
    expect(reads).toHaveLength(2);
  });

  it("get on even past an entry that fills the answer; the rest is asked for again", async () => {
    const large = [entry(3, 9_000), entry(4)];
    const { mail } = setup({ boxes: { 7: large, 8: [entry(9)] } });
    const results = await mail.pages([read("9", 0), read("7", 2), read("8", 0)]);
    expect(offsetsOf(results)).toEqual([[], [3], "busy"]);
    expect(results[1]).toMatchObject({ value: { through: 3, last: 4 } });
  });
});

describe("fitPages", () => {
  const page = (cursor: number, offsets: readonly number[], bytes = 36) => ({
    ...{ cursor, last: 100, oldest: 0, through: 100 },
    entries: offsets.map((offset) => entry(offset, bytes)),
  });

  it("leaves what fits as it is, its end included", () => {
    const pages = [page(0, [1, 2]), page(5, [])];
    expect(fitPages(pages, { bytes: 200, getOn: false })).toEqual({ pages, cut: 0 });
  });

  it("cuts at the last entry that fits; without any the page ends where it begins", () => {
    const pages = [page(0, [1, 2, 3]), page(5, [7], 200)];
    const fitted = fitPages(pages, { bytes: 430, getOn: false });
    expect(fitted.pages.map(({ entries, through }) => [entries.length, through])).toEqual([
      [2, 2],
      [0, 5],
    ]);
    expect(fitted.cut).toBe(2);
  });

  it("gives what one does not need to those after it", () => {
    const pages = [page(0, [1]), page(0, []), page(5, [6, 7, 8])];
    expect(fitPages(pages, { bytes: 400, getOn: false })).toEqual({ pages, cut: 0 });
  });

  it("never takes more than the answer has, whatever the sizes", () => {
    for (let bytes = 0; bytes < 800; bytes += 37) {
      const pages = [page(0, [1, 2]), page(0, [1], 300), page(0, [1, 2, 3], 5)];
      const fitted = fitPages(pages, { bytes, getOn: false });
      const size = fitted.pages
        .flatMap(({ entries }) => entries)
        .reduce((sum, { body }) => sum + body.length + 64, 0);
      expect(size).toBeLessThanOrEqual(bytes);
      expect(fitted.pages).toHaveLength(3);
    }
  });
});

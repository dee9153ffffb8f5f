import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  appendTo,
  current,
  emptyHead,
  type IndexEntry,
  type MailHead,
  type PageRef,
  pageRef,
  prevOf,
} from "./mail-index.ts";
import { decodeHead, decodePage, encodeHead, encodePage } from "./mail-records.ts";
import { mailboxDefaults } from "./mailbox-config.ts";

const limits = { ...mailboxDefaults, entriesMax: 80, bytesMax: 100_000, pageBytes: 1000 };

function entry(offset: number, over: Partial<IndexEntry> = {}): IndexEntry {
  const body = Buffer.from(`${offset}`);
  return { offset, op: 9, body, bytes: 10, expiresAt: 0, time: offset, sender: "", ...over };
}

const entries = (from: number, to: number, over: Partial<IndexEntry> = {}) =>
  Array.from({ length: to - from + 1 }, (_, n) => entry(from + n, over));

/** A mailbox with its pages beside it, as a store would have them. */
class Box {
  head: MailHead = emptyHead("e");
  readonly pages = new Map<string, readonly IndexEntry[]>();
  #ids = 0;

  append(added: readonly IndexEntry[], over: Partial<typeof limits> = {}, now = 0): PageRef[] {
    const next = appendTo(this.head, added, { ...limits, ...over }, now);
    const refs = next.pages.map((run) => {
      const id = `p${this.#ids++}`;
      this.pages.set(id, run);
      return pageRef(run, id, 1);
    });
    this.head = { ...next.head, pages: [...next.head.pages, ...refs] };
    for (const page of next.gone) this.pages.delete(page.id);
    return [...next.gone];
  }

  get kept(): number[] {
    const paged = this.head.pages.flatMap((page) => this.pages.get(page.id) ?? []);
    return [...paged, ...this.head.entries].map(({ offset }) => offset);
  }
}

describe("appendTo", () => {
  it("keeps what fits into the head there and turns what does not into pages", () => {
    const box = new Box();
    box.append(entries(1, 5));
    expect(box.head).toMatchObject({ last: 5, dropped: 0, pages: [] });
    box.append(entries(6, 25));
    expect(box.head.pages.map(({ first, last }) => [first, last])).toEqual([
      [1, 10],
      [11, 20],
    ]);
    expect(box.head.entries.map(({ offset }) => offset)).toEqual([21, 22, 23, 24, 25]);
  });

  it("closes a page at its bytes, at an eighth of the entries and of the bodies' bytes", () => {
    const sizes = (over: Partial<typeof limits>, more: Partial<IndexEntry> = {}) => {
      const box = new Box();
      box.append(entries(1, 60, more), over);
      return [...new Set(box.head.pages.map((page) => page.entries))];
    };
    expect(sizes({ entriesMax: 800, pageBytes: 400 }, { body: Buffer.alloc(100) })).toEqual([3]);
    expect(sizes({ entriesMax: 160 })).toEqual([20]);
    expect(sizes({ entriesMax: 800, bytesMax: 5600 }, { bytes: 99 })).toEqual([7]);
    expect(sizes({ entriesMax: 800, pageBytes: 1 })).toEqual([1]);
  });

  it("names each page that the bounds took, once, and never the newest message", () => {
    const box = new Box();
    const gone = [box.append(entries(1, 80)), box.append(entries(81, 100))].flat();
    expect(gone.map(({ first }) => first)).toEqual([1, 11]);
    expect(box.head.dropped).toBe(20);
    expect(box.kept).toEqual(entries(21, 100).map(({ offset }) => offset));
    box.append([entry(200, { bytes: 1_000_000 })]);
    expect(box.kept).toEqual([200]);
    expect(box.pages.size).toBe(0);
  });

  it("drops by age what is old at the oldest end only", () => {
    const box = new Box();
    box.append([...entries(1, 3), entry(4, { time: 900 }), entry(5, { time: 1 })]);
    const aged = (now: number) => current(box.head, { ...limits, maxAge: 100 }, now);
    expect(aged(103).entries.map(({ offset }) => offset)).toEqual([3, 4, 5]);
    expect(aged(103).dropped).toBe(2);
    expect(aged(1000).entries.map(({ offset }) => offset)).toEqual([4, 5]);
    expect(aged(1001)).toMatchObject({ entries: [], dropped: 5, last: 5 });
  });

  it("keeps the newest part of everything, within its bounds, whatever is appended", () => {
    const sizes = fc.record({ count: fc.integer({ min: 1, max: 90 }), bytes: fc.nat(3000) });
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 30 }), (appends) => {
        const box = new Box();
        const all: IndexEntry[] = [];
        for (const { count, bytes } of appends) {
          const added = entries(all.length + 1, all.length + count, { bytes });
          all.push(...added);
          box.append(added, { bytesMax: 20_000 });
          const { kept, head } = box;
          const sum = all.slice(-kept.length).reduce((total, one) => total + one.bytes, 0);
          expect(kept).toEqual(all.slice(-kept.length).map(({ offset }) => offset));
          expect(kept.length === 1 || sum <= 20_000).toBe(true);
          expect(kept.length).toBeLessThanOrEqual(80);
          expect(head.dropped).toBe((kept[0] ?? 1) - 1);
          expect(box.pages.size).toBe(head.pages.length);
          if (sum <= 20_000 - 2 * 2500 && kept.length < 70) expect(head.dropped).toBe(0);
        }
      }),
    );
  });
});

describe("prevOf", () => {
  it("is the entry before, or unknown", () => {
    const box = new Box();
    box.append(entries(10, 25));
    expect([10, 11, 15, 20, 21, 25, 26, 99].map((offset) => prevOf(box.head, offset))).toEqual([
      ...[0, undefined, undefined, 19, 20, 24, 25, 25],
    ]);
    box.append(entries(26, 200));
    const first = box.kept[0] ?? 0;
    expect([10, first - 1, first].map((offset) => prevOf(box.head, offset))).toEqual([
      ...[undefined, undefined, first - 1],
    ]);
    expect(prevOf(emptyHead("e"), 5)).toBe(0);
  });
});

describe("records", () => {
  it("are read as they were written", () => {
    const box = new Box();
    const body = Buffer.from([0, 200, 13]);
    const long = { body: undefined, bytes: 70_000, sender: "18446744073709551615" };
    box.append([entry(2 ** 52, { body, bytes: 3 }), entry(2 ** 52 + 1, { ...long, op: -1 })]);
    box.append(entries(2 ** 52 + 2, 2 ** 52 + 30, { expiresAt: 2 ** 42 }));
    const head = decodeHead(encodeHead(box.head));
    expect(head && plain(head)).toEqual(plain(box.head));
    const [ref] = box.head.pages;
    const page = decodePage(encodePage(box.pages.get(ref?.id ?? "") ?? []), ref as PageRef);
    expect(page?.map(plainEntry)).toEqual(box.pages.get(ref?.id ?? "")?.map(plainEntry));
  });

  it("are undefined where they cannot be ours", () => {
    const box = new Box();
    box.append(entries(1, 25));
    const good = box.head;
    const bad: MailHead[] = [
      { ...good, epoch: "" },
      { ...good, last: 24 },
      { ...good, dropped: 5 },
      { ...good, entries: [...good.entries].reverse() },
      { ...good, pages: [...good.pages].reverse() },
    ];
    for (const head of bad) expect(decodeHead(encodeHead(head))).toBeUndefined();
    expect(decodeHead(Buffer.from("\xff\xff no"))).toBeUndefined();
    expect(decodeHead(new Uint8Array(0))).toBeUndefined();
    const [ref] = good.pages;
    const other = encodePage(entries(1, 9));
    expect(decodePage(other, ref as PageRef)).toBeUndefined();
    expect(decodePage(Buffer.from("\xff"), ref as PageRef)).toBeUndefined();
  });
});

function plain(head: MailHead) {
  return { ...head, entries: head.entries.map(plainEntry) };
}

function plainEntry(one: IndexEntry) {
  return { ...one, body: one.body && Buffer.from(one.body), bytes: one.body?.length ?? one.bytes };
}

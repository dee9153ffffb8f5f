import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mailbox, MailEntry } from "../../src/store/mailbox.ts";
import type { MailboxFixture } from "./mailbox.ts";
import { append, epoch, mail, mails, offsets, read, readAll } from "./mailbox-space.ts";

/** The naive mailbox: everything that was ever appended. */
class Model {
  readonly all = new Map<string, MailEntry[]>();

  append(mid: string, entries: readonly MailEntry[]): number {
    const known = this.all.get(mid) ?? [];
    this.all.set(mid, known);
    const first = entries[0]?.offset ?? 0;
    const before = known.findLast(({ offset }) => offset < first)?.offset ?? 0;
    const last = known.at(-1)?.offset ?? 0;
    known.push(...entries.filter(({ offset }) => offset > last));
    return before;
  }
}

type Step =
  | { readonly do: "append"; readonly mid: string; readonly count: number; readonly back: number }
  | { readonly do: "read"; readonly mid: string; readonly from: number; readonly entries: number };

const mids = fc.constantFrom("1", "2", "3");
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("append" as const),
      mid: mids,
      count: fc.integer({ min: 1, max: 60 }),
      back: fc.constantFrom(0, 0, 0, 1, 3, 40),
    }),
    fc.record({
      do: fc.constant("read" as const),
      mid: mids,
      from: fc.integer({ min: 0, max: 100 }),
      entries: fc.integer({ min: 0, max: 50 }),
    }),
  ),
  { minLength: 10, maxLength: 60 },
);

export function mailboxesTogether({ openSpace, server }: MailboxFixture): void {
  describe("several at once", () => {
    it("gives readers gapless pages while a writer appends and drops", async () => {
      const space = await openSpace({ entriesMax: 100 });
      const [writer, reader] = [await space.open(), await space.open()];
      let writing = true;
      const write = async () => {
        for (let at = 1; at <= 3000; at += 20) {
          await append(writer, { mid: "7", entries: mails(at, at + 19) });
        }
        writing = false;
      };
      const follow = async (entries: number) => {
        let [at, pages] = [0, 0];
        for (;;) {
          const done = !writing;
          const page = await read(reader, { after: at, entries });
          const first = page.entries[0]?.offset ?? at + 1;
          if (page.oldest > 0) expect(page.oldest).toBeGreaterThan(at + 1);
          if (page.entries.length > 0) expect(first).toBe(Math.max(page.oldest, at + 1));
          expect(offsets(page)).toEqual(page.entries.map((_, n) => first + n));
          if (page.entries.length > 0) expect(page.through).toBe(first + page.entries.length - 1);
          expect(page.last).toBeGreaterThanOrEqual(page.through);
          at = page.through;
          pages++;
          if (done && at === page.last) return { at, pages };
        }
      };
      const [, ...readers] = await Promise.all([write(), follow(1000), follow(7), follow(60)]);
      expect(readers.map(({ at }) => at)).toEqual([3000, 3000, 3000]);
      expect(readers[0]?.pages).toBeGreaterThan(3);
    });

    it("adds each entry once when two writers append the same", async () => {
      const space = await openSpace();
      const writers: Mailbox[] = [await space.open(), await space.open(), await space.open()];
      const write = async (mailbox: Mailbox, step: number) => {
        for (let at = 1; at <= 300; at += step) {
          const [prev] = await append(mailbox, { mid: "7", entries: mails(at, at + step - 1) });
          if (prev !== undefined) expect(prev).toBe(at - 1);
        }
      };
      await Promise.all([3, 10, 25].map((step, n) => write(writers[n] as Mailbox, step)));
      const page = await readAll(writers[0] as Mailbox);
      expect(offsets(page)).toEqual(mails(1, page.last).map(({ offset }) => offset));
      expect(page.last).toBeGreaterThanOrEqual(300);
    });

    it("is the naive mailbox, whatever is appended and read", async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (run) => {
          const space = await openSpace({ entriesMax: 150, inlineBytes: 64 });
          const boxes = [await space.open(), await space.open()] as const;
          const model = new Model();
          for (const [at, step] of run.entries()) {
            const mailbox = boxes[at % 2 === 0 ? 0 : 1];
            if (step.do === "append") await checkAppend(mailbox, model, step);
            else await checkRead(mailbox, model, step, 150 * (1 - server().pageShare) - 1);
          }
          await space.close();
        }),
        { numRuns: 15 },
      );
    });
  });
}

async function checkAppend(
  mailbox: Mailbox,
  model: Model,
  step: Step & { do: "append" },
): Promise<void> {
  const known = model.all.get(step.mid) ?? [];
  const from = Math.max(1, (known.at(-1)?.offset ?? 1) + 2 - 2 * step.back);
  const entries = Array.from({ length: step.count }, (_, n) => mail(from + 2 * n));
  const [prev] = await append(mailbox, { mid: step.mid, entries });
  const expected = model.append(step.mid, entries);
  if (step.back === 0) expect(prev).toBe(expected);
  else expect([expected, undefined]).toContain(prev);
}

async function checkRead(
  mailbox: Mailbox,
  model: Model,
  step: Step & { do: "read" },
  keptAtLeast: number,
): Promise<void> {
  const known = model.all.get(step.mid) ?? [];
  const last = known.at(-1)?.offset ?? 0;
  const after = Math.floor((last * step.from) / 90);
  const { entries } = step;
  const [outcome] = await mailbox.read(epoch, [
    { mid: step.mid, after, entries, bytes: 1_000_000 },
  ]);
  if (outcome?.status !== "fulfilled") throw outcome?.reason;
  const page = outcome.value;
  expect(page.last).toBe(last);
  const wanted = known.filter(({ offset }) => offset > after);
  const kept = page.oldest > 0 ? wanted.filter(({ offset }) => offset >= page.oldest) : wanted;
  if (page.oldest > 0) expect(known.length - keptAtLeast).toBeGreaterThan(0);
  if (kept.length < wanted.length) expect(kept.length).toBeGreaterThanOrEqual(keptAtLeast);
  expect(offsets(page)).toEqual(kept.slice(0, entries).map(({ offset }) => offset));
  const through = kept.length <= entries ? last : (kept[entries - 1]?.offset ?? after);
  expect(page.through).toBe(kept.length === 0 ? last : through);
  for (const [at, entry] of page.entries.entries()) {
    expect(Buffer.from(entry.body)).toEqual(Buffer.from(kept[at]?.body ?? []));
  }
}

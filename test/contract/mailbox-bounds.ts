import { describe, expect, it } from "vitest";
import type { MailboxFixture } from "./mailbox.ts";
import { append, mail, mails, offsets, read, readAll } from "./mailbox-space.ts";

const hour = 3_600_000;

export function boundsOfMailboxes({ openMailbox, openSpace, server }: MailboxFixture): void {
  describe("bounds of a mailbox", () => {
    /** A bound takes the oldest, and not many more than it has to. */
    const least = (bound: number) => Math.ceil(bound * (1 - server().pageShare)) - 1;

    it("keeps at most so many entries, the newest, and says from where", async () => {
      const mailbox = await openMailbox({ entriesMax: 200 });
      for (let from = 1; from < 1000; from += 37) {
        const to = from + 36;
        await append(mailbox, { mid: "7", entries: mails(from, to) });
        const page = await readAll(mailbox);
        const kept = page.entries.length;
        expect(kept).toBeLessThanOrEqual(200);
        expect(kept).toBeGreaterThanOrEqual(Math.min(to, least(200)));
        expect(offsets(page)).toEqual(mails(to - kept + 1, to).map(({ offset }) => offset));
        expect(page.oldest).toBe(kept === to ? 0 : to - kept + 1);
        expect(page.last).toBe(to);
      }
      expect(await read(mailbox, { after: 5 })).toMatchObject({ oldest: expect.any(Number) });
      const { oldest } = await read(mailbox);
      expect(await read(mailbox, { after: oldest - 1 })).toMatchObject({ oldest: 0 });
      expect(await read(mailbox, { after: oldest - 2, entries: 0 })).toMatchObject({ oldest });
    });

    it("keeps at most so many bytes of bodies, wherever they lie, and one message", async () => {
      const mailbox = await openMailbox({ bytesMax: 40_000, inlineBytes: 500 });
      const body = Buffer.alloc(400);
      for (let at = 1; at <= 200; at += 5) {
        await append(mailbox, { mid: "7", entries: mails(at, at + 4, { body }) });
      }
      const page = await readAll(mailbox);
      expect(page.entries.length).toBeLessThanOrEqual(100);
      expect(page.entries.length).toBeGreaterThanOrEqual(least(100));
      expect(page.oldest).toBe(page.entries[0]?.offset);
      await append(mailbox, { mid: "7", entries: [mail(300, { body: Buffer.alloc(450) })] });
      const small = await openMailbox({ bytesMax: 1000, inlineBytes: 5000 });
      const large = mails(1, 3, { body: Buffer.alloc(3000) });
      await append(small, { mid: "7", entries: large });
      expect(await read(small)).toMatchObject({ oldest: 3, entries: large.slice(2) });
    });

    it("keeps nothing longer than it may, with or without a further append", async () => {
      const space = await openSpace({ maxAge: hour });
      const mailbox = await space.open();
      await append(mailbox, { mid: "7", entries: mails(1, 300, { time: Date.now() }) });
      await append(mailbox, { mid: "8", entries: mails(1, 300, { time: Date.now() }) });
      space.advance(hour / 2);
      const later = Date.now() + hour / 2;
      await append(mailbox, { mid: "7", entries: mails(301, 600, { time: later }) });
      expect((await readAll(mailbox)).entries).toHaveLength(600);
      space.advance(hour / 2 + 1000);
      const page = await readAll(mailbox);
      expect(offsets(page).slice(-300)).toEqual(mails(301, 600).map(({ offset }) => offset));
      expect(page.oldest).toBe(page.entries[0]?.offset);
      expect(page.oldest).toBeGreaterThan(150);
      const empty = { last: 300, oldest: 301, entries: [], through: 300 };
      expect(await read(mailbox, { mid: "8" })).toEqual(empty);
      const now = Date.now() + hour + 1000;
      expect(await append(mailbox, { mid: "8", entries: [mail(900, { time: now })] })).toEqual([
        300,
      ]);
      expect(await read(mailbox, { mid: "8" })).toMatchObject({ last: 900, oldest: 900 });
      expect(await read(mailbox, { mid: "8", after: 300 })).toMatchObject({ oldest: 0 });
    });

    it("takes what is too old already for had", async () => {
      const mailbox = await openMailbox({ maxAge: hour });
      const old = Date.now() - 2 * hour;
      expect(await append(mailbox, { mid: "7", entries: mails(1, 5, { time: old }) })).toEqual([0]);
      expect(await read(mailbox)).toEqual({ last: 5, oldest: 6, entries: [], through: 5 });
      expect(await append(mailbox, { mid: "7", entries: [mail(6)] })).toEqual([5]);
    });
  });
}

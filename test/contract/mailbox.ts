/** What every mailbox promises (src/store/mailbox.ts), against a real server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Mailbox } from "../../src/store/mailbox.ts";
import { waitFor } from "../harness/wait.ts";
import { boundsOfMailboxes } from "./mailbox-bounds.ts";
import { livesOfMailboxes } from "./mailbox-life.ts";
import {
  append,
  epoch,
  type MailboxServer,
  type MailboxSpace,
  type MailOptions,
  mail,
  mails,
  offsets,
  read,
  readAll,
  readOf,
} from "./mailbox-space.ts";
import { mailboxesTogether } from "./mailbox-together.ts";

export interface MailboxFixture {
  server(): MailboxServer;
  openSpace(options?: MailOptions): Promise<MailboxSpace>;
  openMailbox(options?: MailOptions): Promise<Mailbox>;
}

export function describeMailbox(name: string, start: () => Promise<MailboxServer>): void {
  describe(name, () => {
    let server: MailboxServer;
    const spaces: MailboxSpace[] = [];
    const openSpace = async (options: MailOptions = {}) => {
      const space = await server.space(options);
      spaces.push(space);
      return space;
    };
    const openMailbox = async (options: MailOptions = {}) => (await openSpace(options)).open();
    const fixture: MailboxFixture = { server: () => server, openSpace, openMailbox };

    beforeAll(async () => {
      server = await start();
    });
    afterEach(async () => {
      for (const space of spaces.splice(0)) await space.close();
    });
    afterAll(() => server?.stop());

    appendAndRead(fixture);
    paging(fixture);
    bodiesInTheStream(fixture);
    boundsOfMailboxes(fixture);
    livesOfMailboxes(fixture);
    mailboxesTogether(fixture);

    describe("restart of the server", () => {
      it("fails while the server is away, then goes on", async () => {
        const mailbox = await openMailbox();
        await append(mailbox, { mid: "7", entries: mails(1, 60) });
        await server.kill();
        const away = await mailbox.append(epoch, [{ mid: "7", entries: mails(61, 62) }]);
        expect(away[0]?.status).toBe("rejected");
        const unread = await mailbox.read(epoch, [readOf({})]);
        expect(unread[0]?.status).toBe("rejected");
        await server.restart();
        const prevs = await waitFor(
          () => append(mailbox, { mid: "7", entries: mails(61, 62) }).catch(() => undefined),
          { describe: "an append after the restart" },
        );
        const page = await readAll(mailbox);
        if (server.durable) {
          expect(prevs).toEqual([60]);
          expect(page).toMatchObject({ last: 62, oldest: 0 });
          expect(offsets(page)).toEqual(offsets({ ...page, entries: mails(1, 62) }));
        } else expect(offsets(page)).toEqual([61, 62]);
      });
    });
  });
}

function appendAndRead({ openMailbox, openSpace }: MailboxFixture): void {
  describe("append and read", () => {
    it("knows nothing of a user without mail", async () => {
      const mailbox = await openMailbox();
      const empty = { last: 0, oldest: 0, entries: [], through: 0 };
      expect(await read(mailbox)).toEqual(empty);
      expect(await read(mailbox, { after: 5000 })).toEqual(empty);
    });

    it("gives back what was appended, whole and in order", async () => {
      const mailbox = await openMailbox();
      const all = [
        mail(1025, { body: Buffer.from([0, 255, 128, 10, 13]), sender: "77", op: 1001 }),
        mail(2 ** 50, { body: Buffer.alloc(0), op: -3, time: Date.now() - 5 }),
        mail(2 ** 50 + 1, { expiresAt: Date.now() + 60_000 }),
      ];
      expect(await append(mailbox, { mid: "7", entries: all })).toEqual([0]);
      const last = 2 ** 50 + 1;
      expect(await read(mailbox)).toEqual({ last, oldest: 0, entries: all, through: last });
      expect(await read(mailbox, { after: 2 ** 50 })).toEqual({
        ...{ last, oldest: 0, entries: all.slice(2), through: last },
      });
      expect(await read(mailbox, { after: last })).toEqual({
        ...{ last, oldest: 0, entries: [], through: last },
      });
      expect(await read(mailbox, { mid: "8" })).toMatchObject({ last: 0 });
    });

    it("says which entry came before, and nothing where it is not known", async () => {
      const mailbox = await openMailbox();
      expect(await append(mailbox, { mid: "7", entries: mails(10, 12) })).toEqual([0]);
      expect(await append(mailbox, { mid: "7", entries: [mail(20)] })).toEqual([12]);
      expect(await append(mailbox, { mid: "8", entries: [mail(21)] })).toEqual([0]);
      expect(await append(mailbox, { mid: "7", entries: [mail(20)] })).toEqual([12]);
      expect(await append(mailbox, { mid: "7", entries: [mail(11)] })).toEqual([10]);
      expect(await append(mailbox, { mid: "7", entries: [mail(10)] })).toEqual([0]);
      expect(await append(mailbox, { mid: "7", entries: [mail(12), mail(30)] })).toEqual([11]);
      expect(offsets(await read(mailbox))).toEqual([10, 11, 12, 20, 30]);
      const other = await openMailbox();
      await append(other, { mid: "7", entries: mails(1, 900) });
      for (const offset of [1, 2, 77, 300, 899, 900]) {
        const [prev] = await append(other, { mid: "7", entries: [mail(offset)] });
        expect([offset - 1, undefined]).toContain(prev);
      }
    });

    it("changes nothing when an append is repeated, as a whole or in part", async () => {
      const space = await openSpace();
      const [one, other] = [await space.open(), await space.open()];
      const all = mails(1, 400);
      await append(one, { mid: "7", entries: all });
      await append(one, { mid: "7", entries: mails(1, 400, { body: Buffer.from("another") }) });
      await append(other, { mid: "7", entries: mails(390, 401) });
      await append(one, { mid: "7", entries: mails(380, 402) });
      const page = await readAll(other);
      expect(page).toMatchObject({ last: 402, oldest: 0 });
      expect(offsets(page)).toEqual(mails(1, 402).map(({ offset }) => offset));
      expect(page.entries.slice(0, 380)).toEqual(all.slice(0, 380));
    });

    it("merges what is appended at once without losing its order", async () => {
      const mailbox = await openMailbox();
      const appends = Array.from({ length: 300 }, (_, n) => ({ mid: "7", entries: [mail(n + 1)] }));
      const calls = await Promise.all([
        append(mailbox, ...appends.slice(0, 100)),
        append(mailbox, ...appends.slice(100, 200)),
        append(mailbox, ...appends.slice(200)),
      ]);
      expect(calls.flat()).toEqual(appends.map((_, n) => n));
      expect(offsets(await readAll(mailbox))).toEqual(appends.map((_, n) => n + 1));
    });

    it("answers each append and each read on its own", async () => {
      const mailbox = await openMailbox({ waitingMax: 3 });
      const appends = Array.from({ length: 5 }, (_, n) => ({ mid: `${n}`, entries: [mail(1)] }));
      const outcomes = await mailbox.append(epoch, appends);
      expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([
        ...[true, true, true, false, false],
      ]);
      expect(outcomes[4]).toMatchObject({ reason: { code: "busy" } });
      const reads = await mailbox.read(
        epoch,
        [0, 1, 2, 3].map((n) => readOf({ mid: `${n}` })),
      );
      expect(reads.map(({ status }) => status === "fulfilled")).toEqual([
        ...[true, true, true, false],
      ]);
      expect(reads[3]).toMatchObject({ reason: { code: "busy" } });
    });

    it("sees an empty mailbox in another life of the stream", async () => {
      const mailbox = await openMailbox();
      await append(mailbox, { mid: "7", entries: mails(1, 300) });
      const [fresh] = await mailbox.read("life-2", [readOf({})]);
      expect(fresh).toMatchObject({ value: { last: 0, oldest: 0, entries: [] } });
      const [first] = await mailbox.append("life-2", [{ mid: "7", entries: mails(5, 6) }]);
      expect(first).toMatchObject({ value: { prev: 0 } });
      const [second] = await mailbox.read("life-2", [readOf({})]);
      expect(second).toMatchObject({ value: { last: 6, oldest: 0, through: 6 } });
      expect(await read(mailbox)).toMatchObject({ last: 0, oldest: 0 });
    });

    it("counts a damaged mailbox as empty", async () => {
      const space = await openSpace();
      const mailbox = await space.open();
      await append(mailbox, { mid: "7", entries: mails(1, 50) });
      await space.damage("7");
      expect(await read(mailbox)).toMatchObject({ last: 0, entries: [] });
      await append(mailbox, { mid: "7", entries: mails(51, 52) });
      expect(offsets(await read(mailbox))).toEqual([51, 52]);
    });
  });
}

function paging({ openMailbox }: MailboxFixture): void {
  describe("paging", () => {
    it("keeps to the bounds of a read and comes to the end", async () => {
      const mailbox = await openMailbox();
      const body = Buffer.alloc(100, "x");
      await append(mailbox, { mid: "7", entries: mails(1, 700, { body }) });
      for (const entries of [1, 7, 64, 699, 700]) {
        const page = await read(mailbox, { entries });
        expect(offsets(page)).toEqual(mails(1, entries).map(({ offset }) => offset));
        expect(page.through).toBe(entries);
      }
      for (const bytes of [0, 1, 99, 100, 250, 5000]) {
        const page = await read(mailbox, { bytes });
        const count = Math.max(1, Math.floor(bytes / 100));
        expect(page.entries).toHaveLength(count);
        expect(page.through).toBe(count);
      }
      for (const over of [{ entries: 13 }, { bytes: 1250 }, { entries: 1, after: 690 }]) {
        const page = await readAll(mailbox, over);
        expect(offsets(page)).toEqual(
          mails((over.after ?? 0) + 1, 700).map(({ offset }) => offset),
        );
        expect(page).toMatchObject({ through: 700, oldest: 0 });
      }
    });

    it("gives only the head when no entries are asked for", async () => {
      const mailbox = await openMailbox();
      await append(mailbox, { mid: "7", entries: mails(1, 300) });
      const head = { last: 300, oldest: 0, entries: [] };
      expect(await read(mailbox, { entries: 0 })).toEqual({ ...head, through: 0 });
      expect(await read(mailbox, { entries: 0, after: 299 })).toEqual({ ...head, through: 299 });
      expect(await read(mailbox, { entries: 0, after: 300 })).toEqual({ ...head, through: 300 });
    });

    it("takes a head back that was read before, with all that belongs to it", async () => {
      const mailbox = await openMailbox();
      await append(
        mailbox,
        { mid: "7", entries: mails(1, 300) },
        { mid: "8", entries: mails(1, 2) },
      );
      const headOf = async (mid: string) => {
        const [outcome] = await mailbox.read(epoch, [readOf({ mid, entries: 0 })]);
        if (outcome?.status !== "fulfilled") throw new Error("no head");
        return outcome.value.head;
      };
      const head = await headOf("7");
      const whole = await readAll(mailbox);
      expect(await readAll(mailbox, { head })).toEqual(whole);
      expect(offsets(await read(mailbox, { head, after: 298 }))).toEqual([299, 300]);
      // That of another mailbox is none.
      expect(await readAll(mailbox, { head: await headOf("8") })).toEqual(whole);
      // The oldest go, with their pages: what the head named is not there any more.
      await append(mailbox, { mid: "7", entries: mails(301, 1600) });
      const later = await waitFor(async () => {
        const page = await readAll(mailbox, { head });
        return page.last === 1600 ? page : undefined;
      });
      expect(later.oldest).toBeGreaterThan(0);
      expect(offsets(later).at(-1)).toBe(1600);
    });

    it("leaves out what is over and goes on behind it", async () => {
      const mailbox = await openMailbox();
      const over = { expiresAt: Date.now() - 1 };
      const entries = [...mails(1, 500, over), mail(501), ...mails(502, 510, over)];
      await append(mailbox, { mid: "7", entries });
      const page = await readAll(mailbox, { entries: 3 });
      expect(offsets(page)).toEqual([501]);
      expect(page).toMatchObject({ last: 510, through: 510, oldest: 0 });
    });
  });
}

function bodiesInTheStream({ openSpace }: MailboxFixture): void {
  describe("bodies that are too large for the index", () => {
    const body = (text: string) => Buffer.alloc(3000, text);

    it("are read from the stream, also several of one message", async () => {
      const { open, log } = await openSpace({ inlineBytes: 100 });
      const mailbox = await open();
      const pushed = [
        await log.push("7", { body: body("a") }, { body: Buffer.from("b") }, { body: body("c") }),
        await log.push("8", { body: body("of another") }),
        await log.push("7", { body: Buffer.from("d"), sender: "9" }),
        await log.push("7", { body: body("e"), op: 77 }),
      ];
      const own = [pushed[0], pushed[2], pushed[3]].flatMap((entries) => entries ?? []);
      for (const entry of own) await append(mailbox, { mid: "7", entries: [entry] });
      expect((await read(mailbox)).entries).toEqual(own);
      expect((await readAll(mailbox, { bytes: 3000 })).entries).toEqual(own);
    });

    it("say that they are lost when the stream has lost them", async () => {
      const { open, log } = await openSpace({ inlineBytes: 100 });
      const mailbox = await open();
      const small = await log.push("7", { body: Buffer.from("small") });
      const large = await log.push("7", { body: body("x") });
      const next = await log.push("7", { body: Buffer.from("next") }, { body: body("y") });
      const entries = [...small, ...large, ...next];
      await append(mailbox, { mid: "7", entries });
      await log.evict(large[0] === undefined ? 0 : Math.floor(large[0].offset / 1024));
      const page = await read(mailbox);
      expect(page.entries).toEqual([...small, ...next]);
      expect(page.oldest).toBe(next[0]?.offset);
      expect(page.through).toBe(page.last);
      const cut = await read(mailbox, { entries: 2 });
      expect(cut).toMatchObject({ oldest: next[0]?.offset, through: large[0]?.offset });
      expect(await read(mailbox, { after: large[0]?.offset ?? 0 })).toMatchObject({ oldest: 0 });
    });

    it("are not taken from another message with the same sequence", async () => {
      const { open, log } = await openSpace({ inlineBytes: 100 });
      const mailbox = await open();
      const [mine] = await log.push("7", { body: body("m") });
      const [other] = await log.push("8", { body: body("o") });
      const [third] = await log.push("9", { body: body("t") });
      if (mine === undefined || other === undefined || third === undefined) throw new Error("3");
      const moved = { ...mine, offset: other.offset };
      const late = { ...third, time: third.time + 1 };
      await append(mailbox, { mid: "7", entries: [moved] }, { mid: "9", entries: [late] });
      for (const mid of ["7", "9"]) {
        const page = await read(mailbox, { mid });
        expect(page.entries).toEqual([]);
        expect(page.oldest).toBe(page.last + 1);
      }
    });
  });
}

import { describe, expect, it } from "vitest";
import type { Mailbox } from "../../src/store/mailbox.ts";
import { waitFor } from "../harness/wait.ts";
import type { MailboxFixture } from "./mailbox.ts";
import { append, epoch, mail, mails, offsets, read, readOf } from "./mailbox-space.ts";

async function appendIn(mailbox: Mailbox, life: string, mid: string, from: number, to = from) {
  const [outcome] = await mailbox.append(epoch, [{ mid, entries: mails(from, to) }], life);
  if (outcome?.status === "fulfilled") return outcome.value.prev;
  return outcome?.reason.code;
}

/** What a read says of the index besides its page. */
async function indexOf(mailbox: Mailbox, mid = "7") {
  const [outcome] = await mailbox.read(epoch, [readOf({ mid })]);
  if (outcome?.status !== "fulfilled") throw outcome?.reason;
  return { life: outcome.value.index?.life, built: [...(outcome.value.index?.built ?? [])] };
}

/** Another life, as soon as it is known there. */
function nextLife(mailbox: Mailbox, life: string): Promise<string> {
  return waitFor(async () => {
    const next = (await mailbox.state()).life;
    return next !== life && next;
  });
}

export function livesOfMailboxes({ openSpace }: MailboxFixture): void {
  describe("the life of the index", () => {
    it("is one for all, and another when everything was lost", async () => {
      const space = await openSpace();
      const boxes = await Promise.all([space.open(), space.open(), space.open()]);
      const lives = await Promise.all(boxes.map(async (box) => (await box.state()).life));
      const [box, , other] = boxes;
      const [life = ""] = lives;
      expect(new Set(lives)).toEqual(new Set([life]));
      expect(life).not.toBe("");
      await space.wipe();
      const next = await nextLife(box as Mailbox, life);
      expect((await (other as Mailbox).state()).life).toBe(next);
    });

    it("refuses an append that is meant for another, to users known and unknown", async () => {
      const space = await openSpace();
      const [mailbox, reader] = [await space.open(), await space.open()];
      const { life } = await mailbox.state();
      expect(await appendIn(mailbox, life, "7", 1, 300)).toBe(0);
      expect(await appendIn(mailbox, life, "7", 301)).toBe(300);
      await space.wipe();
      expect(await appendIn(mailbox, life, "7", 302)).toBe("reset");
      expect(await appendIn(mailbox, life, "8", 303)).toBe("reset");
      const next = await nextLife(mailbox, life);
      expect(await appendIn(mailbox, life, "7", 302)).toBe("reset");
      expect(await read(reader)).toMatchObject({ last: 0, entries: [] });
      expect(await appendIn(mailbox, next, "7", 1, 2)).toBe(0);
      expect(offsets(await read(reader))).toEqual([1, 2]);
    });

    it("has nothing that an earlier one has left", async () => {
      const space = await openSpace();
      const [mailbox, other] = [await space.open(), await space.open()];
      const { life } = await mailbox.state();
      await appendIn(mailbox, life, "7", 5, 400);
      await appendIn(other, life, "8", 5, 6);
      await space.endLife();
      const next = await nextLife(mailbox, life);
      expect(await appendIn(mailbox, next, "7", 1, 2)).toBe(0);
      expect(await appendIn(other, next, "8", 5)).toBe(0);
      expect(offsets(await read(mailbox))).toEqual([1, 2]);
      expect(offsets(await read(mailbox, { mid: "8" }))).toEqual([5]);
    });

    it("says which shards are there: as the last one says who claimed it", async () => {
      const space = await openSpace();
      const [mailbox, other] = [await space.open(), await space.open()];
      const { life, built } = await mailbox.state();
      expect([...built]).toEqual([]);
      const claim = (token: string, shard = 3) => ({ life, epoch, shard, token });
      expect(await mailbox.claim(claim("a"))).toBe(true);
      expect(await other.claim(claim("b"))).toBe(true);
      expect(await mailbox.finish(claim("a"))).toBe(false);
      expect(await mailbox.claim(claim("c", 4))).toBe(true);
      expect([...(await mailbox.state()).built]).toEqual([]);
      expect(await other.finish(claim("b"))).toBe(true);
      expect(await mailbox.claim(claim("d"))).toBe(false);
      expect([...(await mailbox.state()).built]).toEqual([[3, epoch]]);
      expect(await mailbox.claim({ ...claim("e"), again: true })).toBe(true);
      expect([...(await mailbox.state()).built]).toEqual([]);
      expect(await mailbox.claim({ ...claim("f"), epoch: "life-2" })).toBe(true);
      expect(await mailbox.finish({ ...claim("f"), epoch: "life-2" })).toBe(true);
      expect([...(await mailbox.state()).built]).toEqual([[3, "life-2"]]);
      await expect(mailbox.claim({ ...claim("g"), life: "x" })).rejects.toMatchObject({
        code: "reset",
      });
    });

    it("comes with every page, and is not what it was when everything was lost", async () => {
      const space = await openSpace();
      const [mailbox, reader] = [await space.open(), await space.open()];
      await append(mailbox, { mid: "7", entries: [mail(1)] });
      const { life } = await mailbox.state();
      const claim = { life, epoch, shard: 3, token: "a" };
      await mailbox.claim(claim);
      await mailbox.finish(claim);
      await waitFor(async () => (await indexOf(reader)).built.length === 1);
      expect(await indexOf(reader)).toEqual({ life, built: [[3, epoch]] });
      await space.wipe();
      // At once: nobody may take what is left for everything.
      expect((await indexOf(reader)).built).toEqual([]);
      await nextLife(mailbox, life);
      expect((await indexOf(reader)).built).toEqual([]);
    });
  });
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { apiPost, roomPage } from "./logic-api.ts";
import { openBus, startLogic, type TestLogic } from "./logic-harness.ts";
import { type MailSystem, mailSystem } from "./logic-mail-system.ts";

let nats: TestNats;
let bus: Bus;
let logics: TestLogic[];
let system: MailSystem;

beforeAll(async () => {
  nats = await startNats();
  // Two, so that a repetition may meet another one than the first try.
  logics = [await startLogic(nats.url), await startLogic(nats.url)];
  bus = await openBus(nats.url);
  system = await mailSystem(bus);
});

afterAll(async () => {
  await system?.close();
  await Promise.all((logics ?? []).map((logic) => logic.stop()));
  await bus?.close();
  await nats?.stop();
});

const message = (room: string, body: string, more: object = {}) => ({
  ...{ mid: "7", key: "k7", server: "c1", room: `live://${room}`, op: 1000 },
  ...{ body: Buffer.from(body), ...more },
});

describe("a client's message", () => {
  it("is stored with its sender, without the sender's connection where it says so", async () => {
    const first = await system.publish(message("1", "a"));
    const second = await system.publish(message("1", "b", { excludeSelf: true, mid: "0" }));
    const entries = await system.roomEntries("live://1");
    expect(entries.map(({ offset }) => offset)).toEqual([first.offset, second.offset]);
    expect(entries.map(({ entry }) => [entry.sender, entry.exclude])).toEqual([
      ["7", []],
      ["0", ["k7"]],
    ]);
    const [logic] = logics;
    if (logic === undefined) throw new Error("no logic");
    const { messages } = await roomPage(logic, "1");
    expect(messages).toMatchObject([
      { body: "a", sender: "7" },
      { body: "b", sender: "0" },
    ]);
  });

  it("with an id is stored once, whichever logic is asked; another is refused", async () => {
    const first = await system.publish(message("2", "a", { id: "m1" }));
    expect(first).toMatchObject({ duplicate: false, error: "" });
    const repeats = await Promise.all(
      Array.from({ length: 10 }, () => system.publish(message("2", "a", { id: "m1" }))),
    );
    for (const repeat of repeats) expect(repeat).toEqual({ ...first, duplicate: true });
    const other = await system.publish(message("2", "other", { id: "m1" }));
    expect(other.error).toBe("conflict");
    const stranger = await system.publish(message("2", "theirs", { id: "m1", mid: "8" }));
    expect(stranger).toMatchObject({ duplicate: false, error: "" });
    expect(await system.roomEntries("live://2")).toHaveLength(2);
  });

  it("that nobody may send is refused with a code", async () => {
    const errors = [
      await system.publish(message("3", "x", { op: 8 })),
      await system.publish(message("3", "x".repeat(20_000))),
      await system.publish({ ...message("3", "x"), room: "" }),
      await system.publish({ ...message("3", "x"), room: `live://${"x".repeat(500)}` }),
    ].map(({ error }) => error);
    expect(errors).toEqual(["invalid", "too_large", "invalid", "invalid"]);
    expect(await system.roomEntries("live://3")).toEqual([]);
  });
});

describe("a page of history for a comet", () => {
  it("goes back and forth over all there is", async () => {
    const [logic] = logics;
    if (logic === undefined) throw new Error("no logic");
    const bodies = Array.from({ length: 25 }, (_, n) => `m${n}`);
    for (const body of bodies) {
      await apiPost(logic, "push/room", { type: "live", room: "h", op: 1, body });
    }
    const room = "live://h";
    const back: string[] = [];
    let before: number | undefined;
    do {
      const at = before === undefined ? {} : { before };
      const page = await system.history({ room, limit: 10, ...at });
      back.unshift(...page.entries.map(({ body }) => body));
      before = page.next;
    } while (before !== undefined);
    expect(back).toEqual(bodies);

    const forth: string[] = [];
    let after: number | undefined = 0;
    while (after !== undefined) {
      // Cut by bytes: two or three of them at a time.
      const page = await system.history({ room, after, limit: 10, bytes: 200 });
      expect(page.entries.length).toBeLessThanOrEqual(3);
      forth.push(...page.entries.map(({ body }) => body));
      after = page.next;
    }
    expect(forth).toEqual(bodies);
    expect((await system.history({ room, epoch: "gone" })).error).toBe("reset");
  });
});

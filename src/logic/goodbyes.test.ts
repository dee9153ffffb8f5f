import { describe, expect, it } from "vitest";
import type { StoredMessage } from "../bus/bus.ts";
import { silentLog } from "../kit/log.ts";
import { createGoodbyes } from "./goodbyes.ts";
import { makeSession, NOW, setUpPresence } from "./presence.fixture.ts";

function setUp(options: { presence?: boolean } = {}) {
  const { events, store, presence, subjects } = setUpPresence(options);
  /** Messages of the past in the stream, beyond the time in which ids are known. */
  const past: StoredMessage[] = [];
  const state = { reads: 0, away: false };
  const remember = (session: string, timeMs = NOW) => {
    const data = Buffer.from(JSON.stringify({ type: "offline", session, since: 1 }));
    past.push({ subject: "goim.event.offline.7", sequence: past.length + 1, data, timeMs });
  };
  const goodbyes = createGoodbyes({
    ...{ store, presence, subjects, log: silentLog },
    reader: {
      tail: async () => {
        state.reads++;
        if (state.away) throw new Error("away");
        return past.at(-1);
      },
      before: async (_stream, _subject, { from, to }) => ({ messages: past, from, to }),
    },
  });
  return { events, store, goodbyes, remember, state };
}

describe("goodbyes", () => {
  it("tell of a session as it is stored, and name that to be removed", async () => {
    const { events, store, goodbyes, state } = setUp();
    const stored = makeSession();
    store.all = [stored];
    const ended = makeSession({ platform: "" });
    expect(await goodbyes([ended])).toEqual([stored]);
    expect(events.bodies).toMatchObject([
      { session: "c1/i1/9", platform: "web", reason: "closed" },
    ]);
    expect([store.all, state.reads]).toEqual([[stored], 0]);
  });

  it("know a connection that its comet has carried over meanwhile", async () => {
    const { events, store, goodbyes } = setUp();
    const moved = makeSession({ incarnation: "i2" });
    store.all = [moved];
    expect(await goodbyes([makeSession()])).toEqual([moved]);
    expect(events.ids).toEqual(["offline/c1/i2/9"]);
  });

  it("read nothing of a session that was stored here a moment ago", async () => {
    const { events, store, goodbyes } = setUp();
    const stored = makeSession();
    const asked: string[][] = [];
    const byKeys = store.byKeys.bind(store);
    Object.assign(store, {
      written: (key: string, ageMs: number) =>
        ageMs <= 60_000 && key === stored.key ? [stored] : [],
      byKeys: (keys: string[]) => {
        asked.push(keys);
        return byKeys(keys);
      },
    });
    const other = makeSession({ conn: 12 });
    store.all = [stored, other];
    expect(await goodbyes([makeSession({ platform: "" }), other])).toEqual([stored, other]);
    expect(events.ids).toEqual(["offline/c1/i1/9", "offline/c1/i1/12"]);
    // The one that is not as it was written is looked up.
    expect(asked).toEqual([[other.key]]);
  });

  it("look up a session that was stored here in an earlier life of its comet", async () => {
    const { events, store, goodbyes } = setUp();
    Object.assign(store, { written: () => [makeSession()] });
    const renewed = makeSession({ incarnation: "i2" });
    store.all = [renewed];
    expect(await goodbyes([renewed])).toEqual([renewed]);
    expect(events.ids).toEqual(["offline/c1/i2/9"]);
  });

  it("take a later connection with the same key for another one", async () => {
    const { events, store, goodbyes, remember } = setUp();
    remember("c1/i1/9");
    store.all = [makeSession({ conn: 10 }), makeSession({ incarnation: "i2", since: NOW })];
    const ended = makeSession();
    expect(await goodbyes([ended])).toEqual([ended]);
    expect(events.ids).toEqual([]);
  });

  it("tell of a session that is gone when nobody has told of it", async () => {
    const { events, goodbyes, remember } = setUp();
    remember("c1/i1/8");
    remember("c1/i1/90");
    await goodbyes([makeSession()]);
    expect(events.ids).toEqual(["offline/c1/i1/9"]);
  });

  it("tell of nothing that was told of, however many others ended since", async () => {
    const { events, goodbyes, remember } = setUp();
    remember("c1/i1/9");
    remember("c1/i1/10");
    await goodbyes([makeSession()]);
    expect(events.ids).toEqual([]);
  });

  it("do not search what was told before the session began", async () => {
    const { events, goodbyes, remember, state } = setUp();
    remember("c1/i1/10", NOW - 3_600_000);
    await goodbyes([makeSession()]);
    expect([events.ids, state.reads]).toEqual([["offline/c1/i1/9"], 1]);
  });

  it("tell when the stream cannot be asked, and remove when it cannot be written", async () => {
    const { events, goodbyes, state } = setUp();
    state.away = true;
    await goodbyes([makeSession()]);
    expect(events.ids).toEqual(["offline/c1/i1/9"]);
    events.failing = true;
    const other = makeSession({ conn: 2 });
    expect(await goodbyes([other])).toEqual([other]);
  });

  it("ask nobody anything where events are off", async () => {
    const { events, store, goodbyes, state } = setUp({ presence: false });
    store.before.byKeys = () => expect.fail("asked");
    expect(await goodbyes([makeSession()])).toEqual([makeSession()]);
    expect([events.ids, state.reads]).toEqual([[], 0]);
  });
});

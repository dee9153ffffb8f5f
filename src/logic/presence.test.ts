import { describe, expect, it } from "vitest";
import type { StoredMessage } from "../bus/bus.ts";
import { FakeDirectory, makeSession, NOW, setUpPresence } from "./presence.fixture.ts";
import { createPresence } from "./presence.ts";

function setUp() {
  const { store, subjects } = setUpPresence();
  const last = new Map<string, StoredMessage>();
  const asked: string[][] = [];
  const presence = createPresence({
    ...{ store, subjects, directory: new FakeDirectory("c1/i1") },
    reader: {
      tail: async (_stream, subject) => {
        asked.push([subject]);
        return last.get(subject);
      },
      tails: async (_stream, wanted) => {
        asked.push([...wanted]);
        const found = wanted.flatMap((subject) => {
          const message = last.get(subject);
          return message === undefined ? [] : [[subject, message] as const];
        });
        return { last: 1, messages: new Map(found) };
      },
    },
  });
  const seen = (mid: string, body: string) => {
    const subject = subjects.event("offline", mid);
    last.set(subject, { subject, sequence: 1, data: Buffer.from(body), timeMs: NOW - 1 });
  };
  return { store, presence, asked, seen };
}

describe("presence", () => {
  it("shows every session of who is online, and asks for nobody's last time then", async () => {
    const { store, presence, asked } = setUp();
    store.all = [makeSession(), makeSession({ key: "k2", device: "d2", since: 0 })];
    const place = { platform: "web", comet: "c1" };
    expect(await presence.of(["7"])).toEqual([
      {
        mid: "7",
        online: true,
        sessions: [
          { key: "k", device: "d1", ...place, since: NOW - 5000 },
          { key: "k2", device: "d2", ...place },
        ],
      },
    ]);
    expect(asked).toEqual([]);
  });

  it("leaves out the sessions of dead comets", async () => {
    const { store, presence } = setUp();
    store.all = [makeSession({ incarnation: "i0" }), makeSession({ mid: "8", comet: "c2" })];
    store.all.push(makeSession({ mid: "9" }));
    const online = (await presence.of(["7", "8", "9"])).map((user) => user.online);
    expect(online).toEqual([false, false, true]);
    const page = await presence.page("", 10);
    expect(page).toMatchObject({ users: [{ mid: "9" }], cursor: "5" });
    expect(page.users).toHaveLength(1);
  });

  it("tells since when somebody is away, from the last event of theirs", async () => {
    const { store, presence, asked, seen } = setUp();
    store.all = [makeSession({ mid: "3" })];
    seen("1", JSON.stringify({ type: "offline", time: NOW - 77 }));
    seen("2", "no JSON");
    const users = await presence.of(["1", "2", "3", "4", "1"]);
    expect(users.map(({ lastSeen }) => lastSeen)).toEqual([
      ...[NOW - 77, NOW - 1, undefined, undefined, NOW - 77],
    ]);
    expect(users.map(({ mid }) => mid)).toEqual(["1", "2", "3", "4", "1"]);
    const subjects = ["1", "2", "4"].map((mid) => `goim.event.offline.${mid}`);
    expect(asked).toEqual([subjects]);
    expect((await presence.of(["1"]))[0]?.lastSeen).toBe(NOW - 77);
  });
});

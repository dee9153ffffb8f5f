import { describe, expect, it } from "vitest";
import { makeSession, NOW, settle, setUpPresence } from "./presence.fixture.ts";

describe("presence events", () => {
  it("say who, where and when, under an id that is the session's", async () => {
    const { presence, events, clock } = setUpPresence();
    const session = makeSession();
    presence.online(session);
    clock.advance(2500);
    expect(await presence.offline([session], "closed")).toBe(true);
    expect(events.ids).toEqual(["online/c1/i1/9", "offline/c1/i1/9"]);
    expect(events.stored.map(({ subject }) => subject)).toEqual([
      "goim.event.online.7",
      "goim.event.offline.7",
    ]);
    const facts = {
      ...{ mid: "7", key: "k", device: "d1", platform: "web", comet: "c1" },
      ...{ session: "c1/i1/9", since: NOW - 5000 },
    };
    expect(events.bodies).toEqual([
      { type: "online", ...facts, time: NOW },
      { type: "offline", ...facts, time: NOW + 2500, reason: "closed", seconds: 7 },
    ]);
  });

  it("do not tell how long where nobody knows, nor less than nothing", async () => {
    const { presence, events } = setUpPresence();
    const old = makeSession({ since: 0 });
    const ahead = makeSession({ conn: 2, since: NOW + 60_000 });
    await presence.offline([old, ahead], "lost");
    expect(events.bodies[0]).not.toHaveProperty("seconds");
    expect(events.bodies[1]).toMatchObject({ seconds: 0, reason: "lost" });
  });

  it("leave out the anonymous, or everybody, as configured", async () => {
    const [someone, nobody] = [makeSession(), makeSession({ mid: "0", conn: 2 })];
    const told = async (options: { presence?: boolean; anonymous?: boolean }) => {
      const { presence, events } = setUpPresence(options);
      for (const one of [someone, nobody]) presence.online(one);
      expect(await presence.offline([someone, nobody], "closed")).toBe(true);
      return events.ids.length;
    };
    expect(await told({})).toBe(2);
    expect(await told({ anonymous: true })).toBe(4);
    expect(await told({ presence: false, anonymous: true })).toBe(0);
  });

  it("of one session stay in order, however long the first one takes", async () => {
    const { presence, events } = setUpPresence();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    events.gate = async ({ type }) => (type === "online" ? gate : undefined);
    presence.online(makeSession());
    const offline = presence.offline([makeSession()], "closed");
    await presence.offline([makeSession({ conn: 2 })], "closed");
    open();
    await offline;
    expect(events.ids).toEqual(["offline/c1/i1/2", "online/c1/i1/9", "offline/c1/i1/9"]);
  });

  it("wait for what they are to come after, and the goodbye for both", async () => {
    const { presence, events } = setUpPresence();
    let open = () => {};
    const before = new Promise<void>((resolve) => {
      open = resolve;
    });
    presence.online(makeSession(), before);
    const offline = presence.offline([makeSession()], "closed");
    await settle();
    expect(events.ids).toEqual([]);
    open();
    await offline;
    expect(events.ids).toEqual(["online/c1/i1/9", "offline/c1/i1/9"]);
  });

  it("of any comet have an id that a header may hold, and no two one", async () => {
    const { presence, events } = setUpPresence();
    for (const comet of ["a\r\nb", "a/b", "星"]) presence.online(makeSession({ comet }));
    await settle();
    expect(events.ids).toEqual([
      "online/a=0D=0Ab/i1/9",
      "online/a=2Fb/i1/9",
      "online/=E6=98=9F/i1/9",
    ]);
    expect(events.bodies[0]?.session).toBe("a\r\nb/i1/9");
  });

  it("say when one could not be stored", async () => {
    const { presence, events } = setUpPresence();
    events.failing = true;
    expect(await presence.offline([makeSession()], "closed")).toBe(false);
  });
});

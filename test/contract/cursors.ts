/** What every cursor store promises (src/store/cursors.ts), against a real server. */
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {
  CursorLogin,
  CursorMove,
  CursorStore,
  DeviceCursor,
} from "../../src/store/cursors.ts";
import type { CursorsConfig } from "../../src/store/cursors-config.ts";
import { waitFor } from "../harness/wait.ts";
import { CursorsModel } from "./cursors-model.ts";

type Options = Partial<CursorsConfig>;

/** An empty store of its own; every `open` is one more process that uses it. */
export interface CursorsSpace {
  open(): Promise<CursorStore>;
  /** Makes what is stored for the mid unreadable. */
  damage(mid: string): Promise<void>;
  close(): Promise<void>;
}

/** A real server on which the spaces lie. */
export interface CursorsServer {
  space(options: Options): Promise<CursorsSpace>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Whether what is stored outlives a killed server. */
  readonly durable: boolean;
}

const epoch = "life-1";
const lives = { user: epoch, all: "all-1" };
const none = { acked: 0, handed: 0 };

interface Fixture {
  openSpace(options?: Options): Promise<CursorsSpace>;
  openStore(options?: Options): Promise<CursorStore>;
}

export function describeCursors(name: string, start: () => Promise<CursorsServer>): void {
  describe(name, () => {
    let server: CursorsServer;
    const spaces: CursorsSpace[] = [];
    const openSpace = async (options: Options = {}) => {
      const space = await server.space(options);
      spaces.push(space);
      return space;
    };
    const openStore = async (options: Options = {}) => (await openSpace(options)).open();

    beforeAll(async () => {
      server = await start();
    });
    afterEach(async () => {
      for (const space of spaces.splice(0)) await space.close();
    });
    afterAll(() => server?.stop());

    opening({ openSpace, openStore });
    advancing({ openSpace, openStore });
    keptBroadcasts({ openSpace, openStore });
    together({ openSpace, openStore });

    it("fails while the server is away, then goes on", async () => {
      const store = await openStore();
      expect(await advance(store, move({ acked: 40 }))).toEqual([true]);
      await server.kill();
      const away = await store.advance(lives, [move({ acked: 41 })]);
      expect(away[0]?.status).toBe("rejected");
      await expect(store.devices(epoch, ["7"])).rejects.toThrow();
      await server.restart();
      const stands = await waitFor(
        async () => (await open(store, login()).catch(() => undefined))?.map((at) => ({ at })),
        { describe: "a login after the restart" },
      );
      expect(stands[0]?.at).toBeLessThanOrEqual(server.durable ? 41 : 0);
      expect(stands[0]?.at).toBeGreaterThanOrEqual(server.durable ? 40 : 0);
    });
  });
}

function opening({ openSpace, openStore }: Fixture): void {
  describe("open", () => {
    it("remembers devices that acknowledge nothing: others do not move them", async () => {
      const store = await openStore();
      expect(await open(store, login(), login({ device: "b" }))).toEqual([0, 0]);
      await advance(store, move({ device: "b", acked: 50 }));
      expect(await open(store, login({ session: "s2", since: 200 }))).toEqual([0]);
      expect(await store.devices(epoch, ["8"])).toEqual([[]]);
    });

    it("says where the device stands, and for a new one where the furthest does", async () => {
      const store = await openStore();
      await advance(store, move({ acked: 10, handed: 12 }), move({ device: "b", acked: 30 }));
      expect(await open(store, login({ since: 200 }))).toEqual([10]);
      expect(await open(store, login({ device: "new", since: 200 }))).toEqual([30]);
      expect(await open(store, login({ mid: "8", device: "new" }))).toEqual([0]);
      await advance(store, move({ device: "b", acked: 50 }));
      // What came after its login waits for it.
      expect(await open(store, login({ device: "new", session: "s3", since: 300 }))).toEqual([30]);
      expect(await devices(store)).toEqual([
        { device: "a", acked: 10, handed: 12, session: "s1", since: 200, all: 0 },
        { device: "b", acked: 50, handed: 0, session: "s1", since: 100, all: 0 },
        { device: "new", acked: 30, handed: 30, session: "s3", since: 300, all: 0 },
      ]);
    });

    it("keeps ids whole, whatever they look like", async () => {
      const store = await openStore();
      const device = "d:1;2;3\n%,[] ж";
      const session = "comet-1/i;1/42";
      const big = 2 ** 50 + 1;
      const at = { device, session, acked: big, handed: big + 1, since: 2 ** 41, all: big + 2 };
      await advance(store, move(at));
      expect(await devices(store)).toEqual([at]);
      expect(await open(store, login({ device, session, since: 2 ** 41 + 1 }))).toEqual([big]);
      expect(await open(store, login({ device: "", since: 5 }))).toEqual([big]);
      expect((await devices(store)).map((cursor) => cursor.device)).toEqual(["", device]);
    });

    it("counts a damaged record as none", async () => {
      const space = await openSpace();
      const store = await space.open();
      await advance(store, move({ acked: 10 }));
      await space.damage("7");
      expect(await open(store, login({ since: 200 }))).toEqual([0]);
      expect(await devices(store)).toMatchObject([{ device: "a", acked: 0 }]);
      expect(await advance(store, move({ acked: 3, since: 200 }))).toEqual([true]);
      expect(await open(store, login({ since: 300 }))).toEqual([3]);
    });
  });
}

function advancing({ openStore }: Fixture): void {
  describe("advance", () => {
    it("moves forward only", async () => {
      const store = await openStore();
      const steps = [
        { acked: 5, handed: 9 },
        { acked: 3, handed: 20 },
        { acked: 7, handed: 1 },
        none,
      ];
      for (const step of steps) expect(await advance(store, move(step))).toEqual([true]);
      expect(await devices(store)).toMatchObject([{ acked: 7, handed: 20 }]);
    });

    it("refuses the session before the newest login, for good", async () => {
      const store = await openStore();
      await advance(store, move({ acked: 5 }));
      await open(store, login({ session: "s2", since: 200 }));
      expect(await advance(store, move({ acked: 9, since: 199 }))).toEqual([false]);
      expect(await advance(store, move({ session: "s2", since: 200, acked: 8 }))).toEqual([true]);
      expect(await advance(store, move({ acked: 9 }))).toEqual([false]);
      expect(await devices(store)).toMatchObject([{ acked: 8, session: "s2", since: 200 }]);
      // A login that comes late is not the newest.
      expect(await open(store, login({ session: "s0", since: 50 }))).toEqual([8]);
      expect(await advance(store, move({ session: "s2", since: 200, acked: 9 }))).toEqual([true]);
    });

    it("lets the session's text decide between two of one millisecond", async () => {
      const store = await openStore();
      const at = { since: 200 };
      expect(await advance(store, move({ ...at, session: "c/i/10", acked: 1 }))).toEqual([true]);
      expect(await advance(store, move({ ...at, session: "c/i/9", acked: 2 }))).toEqual([true]);
      expect(await advance(store, move({ ...at, session: "c/i/10", acked: 3 }))).toEqual([false]);
      expect(await advance(store, move({ ...at, session: "C/i/99", acked: 3 }))).toEqual([false]);
      expect(await devices(store)).toMatchObject([{ acked: 2, session: "c/i/9" }]);
    });

    it("forgets the device whose session is oldest beyond the bound", async () => {
      const store = await openStore({ devicesMax: 3 });
      for (const n of [1, 2, 3]) {
        await advance(store, move({ device: `d${n}`, since: 100 + n, acked: n }));
      }
      await open(store, login({ device: "d1", session: "s9", since: 150 }));
      await advance(store, move({ device: "d4", since: 160, acked: 4 }));
      expect((await devices(store)).map(({ device }) => device)).toEqual(["d1", "d3", "d4"]);
      expect(await open(store, login({ device: "d5", since: 170 }))).toEqual([4]);
      expect((await devices(store)).map(({ device }) => device)).toEqual(["d1", "d4", "d5"]);
      expect(await advance(store, move({ device: "late", since: 1, acked: 9 }))).toEqual([true]);
      expect((await devices(store)).map(({ device }) => device)).toEqual(["d1", "d4", "d5"]);
    });

    it("sees no cursor of another life of the stream", async () => {
      const store = await openStore();
      await advance(store, move({ acked: 10 }), move({ device: "b", acked: 20 }));
      const next = { ...lives, user: "life-2" };
      const fresh = await store.open(next, [login({ since: 300 })]);
      expect(fresh).toMatchObject([{ value: { acked: 0, all: 0 } }]);
      expect(await store.devices("life-2", ["7"])).toMatchObject([[{ device: "a", acked: 0 }]]);
      expect(await store.advance(next, [move({ acked: 3, since: 300 })])).toMatchObject([
        { value: true },
      ]);
      expect(await store.devices("life-2", ["7"])).toMatchObject([[{ device: "a", acked: 3 }]]);
      expect(await devices(store)).toEqual([]);
    });

    it("answers each move on its own", async () => {
      const store = await openStore({ waitingMax: 3 });
      const moves = [1, 2, 3, 4].map((n) => move({ mid: `${n}`, acked: n }));
      const outcomes = await store.advance(lives, moves);
      expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([
        ...[true, true, true, false],
      ]);
      expect(outcomes[3]).toMatchObject({ reason: { code: "busy" } });
    });
  });
}

/** No two devices share a session. */
const sessions = fc
  .record({
    device: fc.constantFrom("a", "b", "c", "d", "e"),
    session: fc.constantFrom("s1", "s2", "s10"),
    since: fc.integer({ min: 100, max: 110 }),
  })
  .map((login) => ({ ...login, session: `${login.session}-${login.device}` }));
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom("open" as const, "advance" as const, "advance" as const),
    mid: fc.constantFrom("1", "2"),
    session: sessions,
    acked: fc.integer({ min: 0, max: 50 }),
    handed: fc.integer({ min: 0, max: 50 }),
    all: fc.integer({ min: 0, max: 20 }),
    life: fc.constantFrom("all-1", "all-1", "all-1", "all-2"),
  }),
  { minLength: 5, maxLength: 60 },
);

function keptBroadcasts({ openStore }: Fixture): void {
  describe("the position among kept broadcasts", () => {
    const stands = async (store: CursorStore, one: CursorLogin, at = lives) =>
      values(await store.open(at, [one]))[0];

    it("stands beside the cursor, and moves forward only", async () => {
      const store = await openStore();
      for (const all of [5, 9, 3]) expect(await advance(store, move({ all }))).toEqual([true]);
      expect(await advance(store, move({ acked: 4 }), move({ all: 0 }))).toEqual([true, true]);
      expect(await stands(store, login({ since: 200 }))).toEqual({ acked: 4, all: 9 });
      expect(await advance(store, move({ all: 50 }))).toEqual([false]);
      expect(await devices(store)).toMatchObject([{ acked: 4, all: 9, since: 200 }]);
    });

    it("is the furthest one for a new device of a known user", async () => {
      const store = await openStore();
      await advance(store, move({ acked: 8, all: 5 }), move({ device: "b", acked: 2, all: 7 }));
      expect(await stands(store, login({ device: "c" }))).toEqual({ acked: 8, all: 7 });
      await advance(store, move({ device: "b", all: 9 }));
      expect(await stands(store, login({ device: "c", since: 300 }))).toEqual({ acked: 8, all: 7 });
      expect(await stands(store, login({ mid: "8" }))).toEqual({ acked: 0, all: 0 });
      await advance(store, move({ mid: "8", device: "b", all: 4 }));
      // It was there before the other one got so far.
      const again = login({ mid: "8", since: 300 });
      expect(await stands(store, again)).toEqual({ acked: 0, all: 0 });
    });

    it("ends with the life of its stream, and the cursor does not", async () => {
      const store = await openStore();
      await advance(store, move({ acked: 8, all: 50 }), move({ device: "b", acked: 2, all: 70 }));
      const next = { ...lives, all: "all-2" };
      expect(await stands(store, login({ since: 200 }), next)).toEqual({ acked: 8, all: 0 });
      // Nothing was told of the new life yet: who still knows the old one is answered as before.
      expect(await stands(store, login({ since: 300 }))).toEqual({ acked: 8, all: 50 });
      const moved = move({ device: "b", since: 400, all: 3 });
      expect(values(await store.advance(next, [moved]))).toEqual([true]);
      expect(await stands(store, login({ since: 500 }), next)).toEqual({ acked: 8, all: 0 });
      expect(await stands(store, login({ device: "b", since: 500 }), next)).toEqual({
        ...{ acked: 2, all: 3 },
      });
      expect(await stands(store, login({ since: 600 }))).toEqual({ acked: 8, all: 0 });
    });

    it("outlives the users' stream, and so does the fence of who has one", async () => {
      const store = await openStore();
      await advance(store, move({ acked: 8, all: 5 }), move({ device: "b", acked: 9 }));
      const next = { ...lives, user: "life-2" };
      const kept = [
        { device: "a", acked: 0, all: 5 },
        { device: "b", acked: 0, all: 0 },
      ];
      expect((await store.devices("life-2", ["7"])).map(byDevice)).toMatchObject([kept]);
      expect(await stands(store, login({ since: 200 }), next)).toEqual({ acked: 0, all: 5 });
      expect(values(await store.advance(next, [move({ acked: 1 })]))).toEqual([false]);
      expect(values(await store.advance(next, [move({ acked: 1, since: 200 })]))).toEqual([true]);
      expect((await store.devices("life-2", ["7"])).map(byDevice)).toMatchObject([
        [{ device: "a", acked: 1, handed: 0, session: "s1", since: 200, all: 5 }, kept[1]],
      ]);
    });

    it("is not moved by who does not know the stream's life", async () => {
      const store = await openStore();
      await advance(store, move({ all: 5 }));
      const blind = { user: epoch, all: "" };
      expect(values(await store.advance(blind, [move({ all: 9 })]))).toEqual([true]);
      expect(await stands(store, login({ since: 200 }), blind)).toEqual({ acked: 0, all: 0 });
      expect(await stands(store, login({ since: 300 }))).toEqual({ acked: 0, all: 5 });
    });
  });
}

function together({ openSpace }: Fixture): void {
  describe("several at once", () => {
    it("loses no move of many that meet", async () => {
      const space = await openSpace();
      const stores = [await space.open(), await space.open(), await space.open()];
      const moves = Array.from({ length: 300 }, (_, n) =>
        move({ device: `d${n % 10}`, acked: n, handed: 1000 - n }),
      );
      await Promise.all(
        moves.map((one, n) => advance(stores[n % stores.length] as CursorStore, one)),
      );
      const found = await devices(stores[0] as CursorStore);
      expect(found).toHaveLength(10);
      for (const { device, acked, handed } of found) {
        const n = Number(device.slice(1));
        expect({ acked, handed }).toEqual({ acked: 290 + n, handed: 1000 - n });
      }
    });

    it("is the naive store, whatever is opened and moved", async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (run) => {
          const space = await openSpace({ devicesMax: 3 });
          const stores = [await space.open(), await space.open()] as const;
          const model = new CursorsModel(3);
          for (const [at, { kind, mid, session, life, ...rest }] of run.entries()) {
            const store = stores[at % 2 === 0 ? 0 : 1];
            const step = { mid, ...session, ...rest };
            const now = { ...lives, all: life };
            if (kind === "open") {
              expect(values(await store.open(now, [step]))).toEqual([model.open(life, step)]);
            } else {
              expect(values(await store.advance(now, [step]))).toEqual([model.advance(life, step)]);
            }
          }
          const found = await stores[0].devices(epoch, ["1", "2"]);
          expect(found.map(byDevice)).toEqual(["1", "2"].map((mid) => model.devices(mid)));
          await space.close();
        }),
        { numRuns: 25 },
      );
    });
  });
}

function login(over: Partial<CursorLogin> = {}): CursorLogin {
  return { mid: "7", device: "a", session: "s1", since: 100, ...over };
}

function move(over: Partial<CursorMove> = {}): CursorMove {
  return { ...login(), ...none, ...over };
}

async function open(store: CursorStore, ...logins: CursorLogin[]): Promise<number[]> {
  return values(await store.open(lives, logins)).map(({ acked }) => acked);
}

async function advance(store: CursorStore, ...moves: CursorMove[]): Promise<boolean[]> {
  return values(await store.advance(lives, moves));
}

async function devices(store: CursorStore): Promise<DeviceCursor[]> {
  return byDevice((await store.devices(epoch, ["7"]))[0] ?? []);
}

function byDevice(cursors: readonly DeviceCursor[]): DeviceCursor[] {
  return [...cursors].sort((a, b) => (a.device < b.device ? -1 : 1));
}

function values<T>(outcomes: readonly PromiseSettledResult<T>[]): T[] {
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

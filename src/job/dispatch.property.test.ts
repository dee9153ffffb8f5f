import fc from "fast-check";
import { expect, it } from "vitest";
import { offsetOf } from "../protocol/offset.ts";
import { World } from "./dispatch.fixture.ts";

const mids = ["1", "2", "3"] as const;
const comets = ["a", "b", "c"] as const;

const mid = fc.constantFrom(...mids);
const comet = fc.constantFrom(...comets);
const nth = fc.nat(30);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("push" as const), mid }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pushLive" as const), mid }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("answerAppends" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("failAppends" as const), done: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("blink" as const), comet }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("connect" as const), mid, comet }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("move" as const), nth, comet }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("ghost" as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), comet }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("bury" as const), comet }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), comet }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("process" as const), comet }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("loseReply" as const), comet }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("answerReads" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("failReads" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("nats" as const), up: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.constantFrom(100, 600, 1100),
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function perform(world: World, action: Step): Promise<void> {
  const conn = "nth" in action ? world.conns[action.nth % world.conns.length] : undefined;
  switch (action.do) {
    case "push":
      world.push(action.mid);
      return world.settle();
    case "pushLive":
      world.push(action.mid, 1, { transient: true });
      return world.settle();
    case "answerAppends":
      return world.answerAppends();
    case "failAppends":
      return world.failAppends(action.done);
    case "blink":
      world.blink(action.comet);
      return world.settle();
    case "connect":
      if (world.comet(action.comet).serves) world.connect(action.mid, action.comet);
      return;
    case "move":
      // The client comes back elsewhere with the same key: the store forgets where it was.
      if (conn === undefined || !world.comet(action.comet).serves) return;
      if (!conn.open && !world.stored(conn)) return;
      world.disconnect(conn, { stored: false });
      world.connect(conn.mid, action.comet, conn.key);
      return;
    case "leave":
      if (conn !== undefined) world.disconnect(conn, { stored: false });
      return;
    case "ghost":
      if (conn !== undefined) world.disconnect(conn, { stored: true });
      return;
    case "crash":
      return world.crash(action.comet);
    case "bury":
      // Only who is dead is buried: the directory is right, if late.
      if (!world.comet(action.comet).serves) world.bury(action.comet);
      return world.settle();
    case "restart":
      world.restart(action.comet);
      return world.settle();
    case "process":
      return world.process(action.comet);
    case "loseReply":
      return world.process(action.comet, { loseReply: true });
    case "answerReads":
      return world.answerReads();
    case "failReads":
      return world.failReads();
    case "nats":
      world.setConnected(action.up);
      return world.settle();
    case "advance":
      return world.advance(action.ms);
  }
}

/**
 * What counts as finished is in the mailbox, and whoever was there at the commit and still is has
 * it, or a comet that did not answer will be told.
 */
function watchFinishes(world: World, wrong: string[]): void {
  world.onFinished = (sequence, to) => {
    const offset = offsetOf(sequence, 0);
    if (world.finished.includes(sequence)) wrong.push(`${sequence} finished twice`);
    const kept = world.log.get(to)?.includes(offset) === true;
    if (!kept) return;
    if (!world.mailbox.entries(to).some((entry) => entry.offset === offset)) {
      wrong.push(`${sequence} finished before it was in the mailbox`);
    }
    for (const conn of world.conns) {
      const there = conn.mid === to && conn.open && conn.born < sequence;
      if (!there || !world.stored(conn) || !world.alive(conn.comet, conn.incarnation)) continue;
      const told = world.missed.get(`${conn.comet}\n${conn.incarnation}\n${to}`) ?? 0;
      if (conn.got.includes(offset) || told >= offset) continue;
      wrong.push(`connection ${conn.conn} lacks ${sequence}`);
    }
  };
}

function checkNow(world: World): void {
  for (const conn of world.conns) {
    expect(conn.got).toEqual([...conn.got].sort((a, b) => a - b));
  }
  const { checkpoint } = world.progress;
  for (let sequence = 1; sequence <= checkpoint; sequence++) {
    expect(world.finished).toContain(sequence);
  }
}

/** Everything answers again: whatever is left is finished within a few seconds. */
async function heal(world: World): Promise<void> {
  world.setConnected(true);
  const busy = () => {
    const { users, shards } = world.links.missed;
    return world.finished.length < world.committed || users + shards > 0;
  };
  for (let turn = 0; turn < 200 && (turn === 0 || busy()); turn++) {
    for (const id of comets) {
      if (!world.comet(id).serves) world.bury(id);
      await world.process(id);
    }
    await world.answerAppends();
    await world.answerReads();
    await world.advance(100);
  }
}

/** Whoever is connected has everything that is in the mailbox, each once and in order. */
function checkEnd(world: World): void {
  for (const conn of world.conns) {
    if (!conn.open) continue;
    const kept = world.log.get(conn.mid) ?? [];
    expect(conn.got.filter((offset) => kept.includes(offset))).toEqual(kept);
  }
  expect(world.wrongPrevs).toEqual([]);
}

it("hands over everything once, in order, whatever dies, moves, or does not answer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 80, size: "max" }),
      async (steps) => {
        const world = new World();
        const wrong: string[] = [];
        world.holdAppends = true;
        for (const id of comets) world.comet(id);
        watchFinishes(world, wrong);
        for (const action of steps) {
          await perform(world, action);
          checkNow(world);
          expect(wrong).toEqual([]);
        }
        await heal(world);
        expect([...world.finished].sort((a, b) => a - b)).toEqual(
          Array.from({ length: world.committed }, (_, index) => index + 1),
        );
        expect(wrong).toEqual([]);
        checkEnd(world);
        expect(world.progress.messages).toBe(0);
        await world.answerReads();
        expect(world.dispatcher.targets).toBe(0);
      },
    ),
    { numRuns: 400 },
  );
}, 60_000);

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

/** Whoever was there at the commit and still is has the message when it counts as finished. */
function watchFinishes(world: World, pushed: Map<number, string>): void {
  world.onFinished = (sequence, to) => {
    expect(pushed.get(sequence) ?? to).toBe(to);
    expect(world.finished).not.toContain(sequence);
    for (const conn of world.conns) {
      const there = conn.mid === to && conn.open && conn.born < sequence;
      if (!there || !world.stored(conn) || !world.alive(conn.comet, conn.incarnation)) continue;
      expect(conn.got, `connection ${conn.conn} at message ${sequence}`).toContain(
        offsetOf(sequence, 0),
      );
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
  for (let turn = 0; turn < 200 && world.finished.length < world.committed; turn++) {
    for (const id of comets) {
      if (!world.comet(id).serves) world.bury(id);
      await world.process(id);
    }
    await world.answerReads();
    await world.advance(100);
  }
}

it("hands over everything once, in order, whatever dies, moves, or does not answer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 80, size: "max" }),
      async (steps) => {
        const world = new World();
        for (const id of comets) world.comet(id);
        watchFinishes(world, new Map());
        for (const action of steps) {
          await perform(world, action);
          checkNow(world);
        }
        await heal(world);
        expect([...world.finished].sort((a, b) => a - b)).toEqual(
          Array.from({ length: world.committed }, (_, index) => index + 1),
        );
        expect(world.progress.messages).toBe(0);
        await world.answerReads();
        expect(world.dispatcher.targets).toBe(0);
      },
    ),
    { numRuns: 400 },
  );
}, 60_000);

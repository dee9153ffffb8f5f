/** goim's four kinds of pushes, each turned into entries of the push streams. */
import { GoimError, isGoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { Published, Publisher } from "./publish.ts";
import {
  allTarget,
  keysByShard,
  keyTarget,
  mayHaveSessions,
  roomTarget,
  type TargetDeps,
  userTarget,
} from "./push-target.ts";

/** Every method resolves when all of it is stored; see Publisher for the failures. */
export interface Pusher {
  /** To the connections with these keys. Repeated keys count once, impossible ones are skipped. */
  keys(op: number, keys: readonly string[], body: Uint8Array): Promise<void>;
  /**
   * To all connections of these mids (decimal text). Repeated mids count once; those below 1 are
   * anonymous and skipped. When some fail, the others are stored all the same.
   */
  mids(op: number, mids: readonly string[], body: Uint8Array): Promise<void>;
  /** To everybody in the room. Fails with "invalid" for an id that is too long. */
  room(op: number, roomId: string, body: Uint8Array): Promise<Published>;
  /** To everybody. `speed` is connections per second over the whole system; 0 = no limit. */
  all(op: number, speed: number, body: Uint8Array): Promise<Published>;
}

export interface PushDeps extends TargetDeps {
  readonly publisher: Pick<Publisher, "publish">;
  /** What a room gets of a body; fails with "blocked". */
  readonly screen?: (room: string, body: Uint8Array) => Uint8Array;
  readonly metrics: Metrics;
}

export function createPusher(deps: PushDeps): Pusher {
  const { publisher, subjects, metrics } = deps;
  const pushes = metrics.tally("push_total", "Pushes asked for", ["kind"]);
  return {
    keys: async (op, keys, body) => {
      pushes.add("keys");
      const groups = keysByShard(deps, keys);
      await allStored(
        [...groups].map(([shard, group]) =>
          publisher.publish(keyTarget(subjects, shard, group), { op, body, keys: group }),
        ),
      );
    },
    mids: async (op, mids, body) => {
      pushes.add("mids");
      const known = [...new Set(mids)].filter(mayHaveSessions);
      await allStored(known.map((mid) => publisher.publish(userTarget(deps, mid), { op, body })));
    },
    room: async (op, roomId, body) => {
      pushes.add("room");
      return publisher.publish(roomTarget(deps, roomId), {
        op,
        body: deps.screen?.(roomId, body) ?? body,
      });
    },
    all: async (op, speed, body) => {
      pushes.add("all");
      return publisher.publish(allTarget(subjects), { op, body, speed: Math.max(0, speed) });
    },
  };
}

/** Waits for all of them, then fails with the first failure and how many there were. */
async function allStored(promises: readonly Promise<Published>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const failures = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  const first = failures[0];
  if (first === undefined) return;
  if (!isGoimError(first) || results.length === 1) throw first;
  const counted = `${failures.length} of ${results.length} targets failed: ${first.message}`;
  throw new GoimError(first.code, counted, { cause: first });
}

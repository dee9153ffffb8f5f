/** Pushes as /api/v1 takes them: an outcome per target, expiry, keys that make them repeatable. */
import type { Clock } from "../kit/clock.ts";
import { GoimError, isGoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";
import { type IdempotencyKey, identityOf } from "./identity.ts";
import { ENTRY_BYTES } from "./kept-list.ts";
import type { Published, Publisher, PushTarget } from "./publish.ts";
import {
  allTarget,
  keysByShard,
  keyTarget,
  mayBeKey,
  roomTarget,
  type TargetDeps,
  userTarget,
} from "./push-target.ts";
import type { Told, WaitFor, Waits } from "./waits.ts";

export interface ApiMessage {
  readonly op: number;
  readonly body: Uint8Array;
  /** What is stored in place of the body; the caller's key goes with the body. */
  readonly stored?: Uint8Array | undefined;
  /** Milliseconds after which it is delivered to nobody; none = never. */
  readonly expiresInMs?: number | undefined;
  /** Makes a repetition safe. Its scope is one target: each is stored once. */
  readonly idempotency?: IdempotencyKey | undefined;
  /** Users: only for who is connected now, not kept in the mailbox. */
  readonly transient?: boolean | undefined;
  /** All: waits for those who log in later. */
  readonly retain?: boolean | undefined;
  /** Rooms: words and links are looked for, whatever holds for all pushes. */
  readonly moderate?: boolean | undefined;
  /** Rooms: keys of connections that do not get it. */
  readonly exclude?: readonly string[] | undefined;
  /** Users and keys: answer only when this is known, at the latest after the time. */
  readonly wait?: { readonly until: WaitFor; readonly timeMs: number } | undefined;
}

/** What became of a push to one of many targets. */
export interface TargetOutcome {
  readonly target: string;
  readonly outcome: Told | GoimError;
}

/**
 * Methods with one target fail as Publisher does, where "outcome_unknown" stands for "timeout" and
 * says what a repetition would do. Those with many have an outcome per distinct target, in order.
 */
export interface ApiPusher {
  room(roomId: string, message: ApiMessage): Promise<Published>;
  /** `speed` is connections per second over the whole system; 0 = no limit. */
  all(speed: number, message: ApiMessage): Promise<Published>;
  /** `mid` is decimal text above 0. */
  user(mid: string, message: ApiMessage): Promise<Told>;
  users(mids: readonly string[], message: ApiMessage): Promise<TargetOutcome[]>;
  key(key: string, message: ApiMessage): Promise<Told>;
  keys(keys: readonly string[], message: ApiMessage): Promise<TargetOutcome[]>;
}

export interface ApiPushDeps extends TargetDeps {
  readonly publisher: Pick<Publisher, "publish">;
  /** What a room gets of a body; fails with "blocked". */
  readonly screen?: (room: string, body: Uint8Array) => Uint8Array;
  /** Every push to a room is looked at, not only those that ask for it. */
  readonly screenAll?: boolean;
  readonly waits: Pick<Waits, "delivered" | "acked">;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Bytes of all kept broadcasts together. */
  readonly retainBytesMax: number;
}

export function createApiPusher(deps: ApiPushDeps): ApiPusher {
  const { subjects, layout, metrics } = deps;
  const pushes = metrics.counter("api_push_total", "Targets pushed to by /api/v1", ["kind"]);

  const keysOfShard = (shard: number, keys: readonly string[], message: ApiMessage) => {
    const target = keyTarget(subjects, shard, keys);
    return publishTold(deps, keys, message, (more) =>
      publishOne(deps, target, message, { keys, ...more }),
    );
  };
  const key = async (one: string, message: ApiMessage) => {
    if (!mayBeKey(subjects, one)) throw noKey();
    return toldOf(one, await keysOfShard(layout.shardOf(one), [one], message));
  };
  const user = async (mid: string, message: ApiMessage): Promise<Told> => {
    const target = userTarget(deps, mid);
    const { wait } = message;
    if (wait?.until === "acked") {
      return deps.waits.acked(mid, wait.timeMs, () => publishOne(deps, target, message, {}));
    }
    const publish = (more: Receipted) => publishOne(deps, target, message, more);
    return toldOf(mid, await publishTold(deps, [mid], message, publish));
  };

  return {
    room: async (roomId, message) => {
      pushes.inc({ kind: "room" });
      const looked = message.moderate === true || deps.screenAll === true;
      const stored = looked ? deps.screen?.(roomId, message.body) : undefined;
      const said = stored === undefined ? message : { ...message, stored };
      return publishOne(deps, roomTarget(deps, roomId), said, {});
    },
    all: async (speed, message) => {
      pushes.inc({ kind: "all" });
      if (message.retain === true) checkKept(message, deps.retainBytesMax);
      return publishOne(deps, allTarget(subjects), message, { speed });
    },
    user: (mid, message) => {
      pushes.inc({ kind: "user" });
      return user(mid, message);
    },
    users: (mids, message) => {
      const distinct = [...new Set(mids)];
      pushes.inc({ kind: "user" }, distinct.length);
      return outcomes(distinct, (mid) => user(mid, message));
    },
    key: (one, message) => {
      pushes.inc({ kind: "key" });
      return key(one, message);
    },
    keys: (keys, message) => {
      const distinct = [...new Set(keys)];
      pushes.inc({ kind: "key" }, distinct.length);
      if (message.idempotency !== undefined) {
        return outcomes(distinct, (one) => key(one, message));
      }
      const told = new Map<string, Promise<ReadonlyMap<string, Told>>>();
      for (const [shard, group] of keysByShard(deps, distinct)) {
        const answer = keysOfShard(shard, group, message);
        for (const one of group) told.set(one, answer);
      }
      return outcomes(distinct, async (one) => {
        const answer = told.get(one);
        if (answer === undefined) throw noKey();
        return toldOf(one, await answer);
      });
    },
  };
}

/** One larger than all of them together may be would reach those online and nobody later. */
function checkKept({ body }: ApiMessage, bytesMax: number): void {
  const most = bytesMax - ENTRY_BYTES;
  if (body.length <= most) return;
  const text = `the message has ${body.length} bytes; one that is kept may have ${most}`;
  throw new GoimError("too_large", text);
}

function noKey(): GoimError {
  return new GoimError("invalid", "no connection can have this key: it is empty or too long");
}

interface Receipted {
  readonly receipt?: string;
}

/** Publishes, and waits for what job tells about each target where the caller wants to know it. */
async function publishTold(
  { waits }: ApiPushDeps,
  targets: readonly string[],
  { wait }: ApiMessage,
  publish: (more: Receipted) => Promise<Published>,
): Promise<ReadonlyMap<string, Told>> {
  if (wait !== undefined) {
    return waits.delivered(targets, wait.timeMs, (receipt) => publish({ receipt }));
  }
  const published = await publish({});
  return new Map(targets.map((target) => [target, published]));
}

function toldOf(target: string, told: ReadonlyMap<string, Told>): Told {
  const one = told.get(target);
  if (one === undefined) throw new Error("a push without an outcome");
  return one;
}

async function publishOne(
  { publisher, clock }: ApiPushDeps,
  target: PushTarget,
  message: ApiMessage,
  { receipt, ...more }: { keys?: readonly string[]; speed?: number } & Receipted,
): Promise<Published> {
  const { op, body, expiresInMs, idempotency, transient, retain, exclude } = message;
  const to = { subject: target.subject, target: more.keys?.[0] ?? "" };
  const asked = {
    ...{ op, body, ...more },
    ...(transient === true ? { transient } : {}),
    ...(retain === true ? { retain } : {}),
    ...(exclude === undefined || exclude.length === 0 ? {} : { exclude }),
  };
  const same = { ...asked, ...(expiresInMs === undefined ? {} : { expiresInMs }) };
  try {
    return await publisher.publish(target, {
      ...asked,
      ...(message.stored === undefined ? {} : { body: message.stored }),
      ...(receipt === undefined ? {} : { receipt }),
      ...(expiresInMs === undefined ? {} : { expiresAt: clock.now() + expiresInMs }),
      ...(idempotency === undefined ? {} : { identity: identityOf(to, idempotency, same) }),
    });
  } catch (error) {
    if (isGoimError(error, "timeout") || isGoimError(error, "outcome_unknown")) {
      throw unknownOutcome(error, idempotency !== undefined);
    }
    throw error;
  }
}

function unknownOutcome(cause: GoimError, repeatable: boolean): GoimError {
  const advice = repeatable
    ? "a retry with the same key within two minutes is safe: it is stored once"
    : "without an idempotency key a retry may store it a second time";
  return new GoimError("outcome_unknown", `${cause.message}; ${advice}`, { cause });
}

/** Expected failures become outcomes; a bug is thrown once everything has ended. */
async function outcomes(
  targets: readonly string[],
  publish: (target: string) => Promise<Told>,
): Promise<TargetOutcome[]> {
  const settled = await Promise.allSettled(targets.map((target) => publish(target)));
  return settled.map((result, index) => {
    const target = targets[index] ?? "";
    if (result.status === "fulfilled") return { target, outcome: result.value };
    if (isGoimError(result.reason)) return { target, outcome: result.reason };
    throw result.reason;
  });
}

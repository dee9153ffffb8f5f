/** Where pushes go: the stream and subject of a room, a user, a shard of keys, or everybody. */
import type { StreamLayout } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { isGoimError } from "../kit/errors.ts";
import type { PushTarget } from "./publish.ts";

export interface TargetDeps {
  readonly subjects: Subjects;
  readonly layout: Pick<StreamLayout, "classOf" | "shardOf">;
}

/** Fails with "invalid" for an id that is too long. */
export function roomTarget({ subjects, layout }: TargetDeps, roomId: string): PushTarget {
  const { name, stream } = layout.classOf(roomId);
  const subject = subjects.pushRoom(name, layout.shardOf(roomId), roomId);
  return { stream, subject, to: `room ${roomId}` };
}

export function allTarget(subjects: Subjects): PushTarget {
  return { stream: subjects.stream("all"), subject: subjects.pushAll, to: "all" };
}

/** Anonymous connections have mid 0 and are not found by it; goim keeps no mapping below 1. */
export function mayHaveSessions(mid: string): boolean {
  return mid !== "0" && !mid.startsWith("-");
}

/** One entry per shard carries all its keys: a call costs at most one message per shard. */
export function keysByShard(deps: TargetDeps, keys: readonly string[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const key of new Set(keys)) {
    if (!mayBeKey(deps.subjects, key)) continue;
    const shard = deps.layout.shardOf(key);
    const group = groups.get(shard);
    if (group === undefined) groups.set(shard, [key]);
    else group.push(key);
  }
  return groups;
}

/** No connection has a key that the session store cannot hold: logic refuses such a login. */
export function mayBeKey(subjects: Pick<Subjects, "kvKey">, key: string): boolean {
  if (key === "") return false;
  try {
    subjects.kvKey(key);
    return true;
  } catch (error) {
    if (isGoimError(error, "invalid")) return false;
    throw error;
  }
}

export function keyTarget(subjects: Subjects, shard: number, keys: readonly string[]): PushTarget {
  const more = keys.length > 1 ? ` and ${keys.length - 1} more` : "";
  const to = `key ${keys[0]?.slice(0, 64)}${more}`;
  return { stream: subjects.stream("key"), subject: subjects.pushKey(shard), to };
}

export function userTarget(deps: TargetDeps, mid: string): PushTarget {
  const { subjects, layout } = deps;
  const subject = subjects.pushUser(layout.shardOf(mid), mid);
  return { stream: subjects.stream("user"), subject, to: `mid ${mid}` };
}

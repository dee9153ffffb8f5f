/** Who may not speak or be somewhere: written by logic into GOIM_RULES, read by logic and comet. */
import { z } from "zod";
import type { Subjects } from "./subjects.ts";

/**
 * mute: may not send. ban: may not send, join or, without a room, log in. shadow: what it sends
 * looks stored to it and reaches nobody else.
 */
export const restrictionKinds = ["mute", "ban", "shadow"] as const;
/** everyone: whoever is in the room it names. */
export const restrictionSubjects = ["user", "device", "key", "ip", "everyone"] as const;

const schema = z.object({
  kind: z.enum(restrictionKinds),
  by: z.enum(restrictionSubjects),
  /** The mid, device, key or address; "" for everyone. */
  value: z.string(),
  /** Room id; "" = everywhere. */
  room: z.string(),
  /** Unix milliseconds; 0 = until it is lifted. */
  until: z.number(),
  reason: z.string(),
  /** Who ordered it, as the caller named them. */
  actor: z.string(),
  /** Unix milliseconds. */
  since: z.number(),
});

export type Restriction = Readonly<z.infer<typeof schema>>;
export type RestrictionKind = Restriction["kind"];

/** Somebody as far as they are known. */
export interface Who {
  /** Decimal text; "0" or "" = nobody in particular. */
  readonly mid?: string;
  readonly device?: string;
  readonly key?: string;
  readonly ip?: string;
}

type RuleNames = Pick<Subjects, "kv">;
const decoder = new TextDecoder();

/** Keys of restrictions; of one kind where it is named. */
export function restrictionFilter(subjects: RuleNames, kind?: RestrictionKind): string {
  return `${subjects.kv(...(kind === undefined ? ["now", "x"] : ["now", "x", kind]))}.>`;
}

/** One restriction of a kind for one subject and room: another takes its place. */
export function restrictionKey(subjects: RuleNames, one: RestrictionName): string {
  return subjects.kv("now", "x", one.kind, one.by, one.value, one.room);
}

export type RestrictionName = Pick<Restriction, "kind" | "by" | "value" | "room">;

export function encodeRestriction(restriction: Restriction): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(restriction));
}

function decode(value: Uint8Array): Restriction | undefined {
  try {
    return schema.parse(JSON.parse(decoder.decode(value)));
  } catch {
    return undefined;
  }
}

/** Those in force, in memory: asked for each message and login. */
export class Restrictions {
  readonly #byKey = new Map<string, Restriction>();
  /** By kind, subject and value: what holds for rooms, "" = everywhere. */
  readonly #byName = new Map<string, Map<string, Restriction>>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Takes a value of the bucket; undefined = it is gone. Tells what holds from now on. */
  set(key: string, value: Uint8Array | undefined): Restriction | undefined {
    const old = this.#byKey.get(key);
    if (old !== undefined) this.#remove(key, old);
    const fresh = value === undefined ? undefined : decode(value);
    if (fresh === undefined) return undefined;
    this.#byKey.set(key, fresh);
    const name = nameOf(fresh);
    const rooms = this.#byName.get(name) ?? new Map<string, Restriction>();
    this.#byName.set(name, rooms);
    rooms.set(fresh.room, fresh);
    return fresh;
  }

  /** One that holds for them now, in that room ("" = everywhere only). */
  find(kind: RestrictionKind, who: Who, room: string, now: number): Restriction | undefined {
    if (this.#byKey.size === 0) return undefined;
    const { mid = "", device = "", key = "", ip = "" } = who;
    return (
      this.#of(kind, "user", mid === "0" ? "" : mid, room, now) ??
      this.#of(kind, "device", device, room, now) ??
      this.#of(kind, "key", key, room, now) ??
      this.#of(kind, "ip", ip, room, now) ??
      (room === "" ? undefined : this.#in(`${kind} everyone `, room, now))
    );
  }

  all(): IterableIterator<[string, Restriction]> {
    return this.#byKey.entries();
  }

  #of(
    kind: RestrictionKind,
    by: Restriction["by"],
    value: string,
    room: string,
    now: number,
  ): Restriction | undefined {
    if (value === "") return undefined;
    const name = `${kind} ${by} ${value}`;
    return this.#in(name, "", now) ?? (room === "" ? undefined : this.#in(name, room, now));
  }

  #in(name: string, room: string, now: number): Restriction | undefined {
    const found = this.#byName.get(name)?.get(room);
    return found !== undefined && (found.until === 0 || found.until > now) ? found : undefined;
  }

  #remove(key: string, old: Restriction): void {
    this.#byKey.delete(key);
    const name = nameOf(old);
    const rooms = this.#byName.get(name);
    rooms?.delete(old.room);
    if (rooms?.size === 0) this.#byName.delete(name);
  }
}

function nameOf({ kind, by, value }: Restriction): string {
  return `${kind} ${by} ${value}`;
}

/** Whether a restriction is about them, wherever they are. */
export function isAbout({ by, value }: Restriction, who: Who): boolean {
  if (by === "everyone") return true;
  if (by === "user") return value !== "0" && value === who.mid;
  return value !== "" && value === who[by];
}

/** What a refused client reads. */
export function restrictionText({ kind, room, until, reason }: Restriction): string {
  const what = kind === "mute" ? "muted" : "banned";
  const where = room === "" ? "" : ` in ${room}`;
  const end = until === 0 ? "" : ` until ${new Date(until).toISOString()}`;
  return `${what}${where}${end}${reason === "" ? "" : `: ${reason}`}`;
}

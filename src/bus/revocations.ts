/**
 * Who is locked out although the token is good: entries in GOIM_RULES, watched by every comet and
 * logic. What was issued after the revocation is not meant by it.
 */
import { z } from "zod";
import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { KvBucket, KvChange, KvLife, Subscription } from "./bus.ts";
import type { Subjects } from "./subjects.ts";
import { watchAll } from "./watch-all.ts";

export const REVOCATION_KINDS = ["mid", "key", "token", "kid"] as const;
export type RevocationKind = (typeof REVOCATION_KINDS)[number];

const stored = z.strictObject({
  kind: z.enum(REVOCATION_KINDS),
  value: z.string().min(1),
  /** Unix milliseconds: made, and over. */
  at: z.int(),
  until: z.int(),
});

/** `until` of a revocation that is only over when it is lifted: the end of the year 9999. */
export const FOREVER = 253_402_300_799_999;

export type Revocation = z.output<typeof stored>;

/** Whoever is looked for: a login, or a connection. */
export interface Holder {
  readonly mid: string;
  readonly key: string;
  /** "" = none. */
  readonly tokenId: string;
  /** Name of what the token was signed with; "" = none. */
  readonly keyId: string;
  /** Unix milliseconds; 0 = it does not say, so every revocation counts. */
  readonly issuedAt: number;
}

export interface Revocations {
  /** In force, by kind and value. */
  readonly size: number;
  list(): readonly Revocation[];
  /** Why this one is locked out. */
  find(holder: Holder): Revocation | undefined;
  stop(): void;
}

export interface RevocationsDeps {
  readonly bucket: Pick<KvBucket, "watch">;
  readonly clock: Clock;
  readonly log: Log;
  /** A new one is in force. */
  readonly onRevoked?: (revocation: Revocation) => void;
}

/** First part of the keys in the bucket. */
const REVOKED = "revoked";
/** How often those that are over are taken out of memory; NATS drops them by itself. */
const SWEEP_MS = 60_000;
/** Tries to write one that somebody else writes, too. */
const TRIES_MAX = 8;
/** NATS counts the life of a message in whole seconds. */
const SECOND_MS = 1000;

/** Resolves when every revocation of the past is known. */
export async function watchRevocations(deps: RevocationsDeps): Promise<Revocations> {
  const watched = new WatchedRevocations(deps);
  await watched.start();
  return watched;
}

const nameOf = (kind: RevocationKind, value: string) => `${kind} ${value}`;

class WatchedRevocations implements Revocations {
  readonly #deps: RevocationsDeps;
  readonly #known = new Map<string, Revocation>();
  /** By key in the bucket, for those that are taken back. */
  readonly #names = new Map<string, string>();
  #watch: Subscription | undefined;
  #sweep: Timer | undefined;

  constructor(deps: RevocationsDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#known.size;
  }

  list(): readonly Revocation[] {
    const now = this.#deps.clock.now();
    return [...this.#known.values()].filter(({ until }) => now < until);
  }

  find({ mid, key, tokenId, keyId, issuedAt }: Holder): Revocation | undefined {
    if (this.#known.size === 0) return undefined;
    return (
      (mid === "0" ? undefined : this.#of("mid", mid, issuedAt)) ??
      this.#of("key", key, issuedAt) ??
      // An id is given once: whatever bears it is meant.
      (tokenId === "" ? undefined : this.#of("token", tokenId, 0)) ??
      // Who has the secret writes into a token what he likes, the time as well.
      (keyId === "" ? undefined : this.#of("kid", keyId, 0))
    );
  }

  async start(): Promise<void> {
    const onChange = (change: KvChange) => this.#take(change);
    const { watch, ready } = await watchAll(this.#deps.bucket, `${REVOKED}.>`, onChange);
    this.#watch = watch;
    await ready;
    this.#schedule();
  }

  stop(): void {
    this.#watch?.unsubscribe();
    if (this.#sweep !== undefined) this.#deps.clock.clearTimeout(this.#sweep);
  }

  #of(kind: RevocationKind, value: string, issuedAt: number): Revocation | undefined {
    const found = this.#known.get(nameOf(kind, value));
    if (found === undefined || this.#deps.clock.now() >= found.until) return undefined;
    return issuedAt > found.at ? undefined : found;
  }

  #take({ key, value }: KvChange): void {
    const before = this.#names.get(key);
    if (value === undefined) {
      if (before !== undefined) this.#known.delete(before);
      this.#names.delete(key);
      return;
    }
    try {
      const revocation = decode(value);
      const name = nameOf(revocation.kind, revocation.value);
      this.#names.set(key, name);
      this.#known.set(name, revocation);
      if (this.#deps.clock.now() < revocation.until) this.#deps.onRevoked?.(revocation);
    } catch (error) {
      this.#deps.log.error({ key, error: messageOf(error) }, "a revocation cannot be read");
    }
  }

  #schedule(): void {
    this.#sweep = this.#deps.clock.setTimeout(() => {
      const now = this.#deps.clock.now();
      for (const [key, name] of this.#names) {
        const revocation = this.#known.get(name);
        if (revocation !== undefined && now < revocation.until) continue;
        this.#known.delete(name);
        this.#names.delete(key);
      }
      this.#schedule();
    }, SWEEP_MS);
  }
}

export interface RevocationWriter {
  /**
   * Resolves to what holds then: one that stands already is never made shorter or weaker. `cut`:
   * but for its moment, which is brought back to this one's where it lies ahead.
   * Fails with "invalid" for an id that is too long, and with "busy" when others keep changing it.
   */
  add(revocation: Revocation, options?: { readonly cut?: boolean }): Promise<Revocation>;
  /** False when there is none. */
  lift(kind: RevocationKind, value: string): Promise<boolean>;
}

export function createRevocationWriter(deps: {
  readonly bucket: Pick<KvBucket, "get" | "create" | "update" | "delete">;
  readonly subjects: Pick<Subjects, "kv">;
  readonly clock: Pick<Clock, "now">;
}): RevocationWriter {
  const { bucket, subjects, clock } = deps;
  const keyOf = (kind: RevocationKind, value: string) => {
    if (value === "") throw new GoimError("invalid", "the id is empty");
    return subjects.kv(REVOKED, kind, value);
  };
  return {
    add: async (revocation, { cut = false } = {}) => {
      const key = keyOf(revocation.kind, revocation.value);
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        const entry = await bucket.get(key);
        const before = entry === undefined ? undefined : readable(entry.value);
        const next = before === undefined ? revocation : joined(before, revocation, cut);
        const value = Buffer.from(JSON.stringify(next));
        const life = lifeOf(next, clock.now());
        const revision =
          entry === undefined
            ? await bucket.create(key, value, life)
            : await bucket.update(key, value, entry.revision, life);
        if (revision !== undefined) return next;
      }
      throw new GoimError("busy", "somebody else is changing this revocation");
    },
    lift: async (kind, value) => {
      const key = keyOf(kind, value);
      const entry = await bucket.get(key);
      return entry !== undefined && (await bucket.delete(key, entry.revision));
    },
  };
}

/** Both at once: whatever either of them means is locked out for as long as either lasts. */
function joined(before: Revocation, next: Revocation, cut: boolean): Revocation {
  const at = cut ? next.at : Math.max(before.at, next.at);
  return { ...next, at, until: Math.max(before.until, next.until) };
}

function lifeOf({ until }: Revocation, now: number): KvLife {
  if (until >= FOREVER) return {};
  return { ttlMs: Math.max(SECOND_MS, until - now + SECOND_MS) };
}

function decode(value: Uint8Array): Revocation {
  return stored.parse(JSON.parse(Buffer.from(value).toString("utf8")));
}

/** What cannot be read locks nobody out, and is replaced. */
function readable(value: Uint8Array): Revocation | undefined {
  try {
    return decode(value);
  } catch {
    return undefined;
  }
}

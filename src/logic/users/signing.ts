/** The secrets that tokens of this module are signed with: one that signs, those before it. */
import { randomBytes } from "node:crypto";
import { type Clock, sleep } from "../../kit/clock.ts";
import { GoimError, isRetryable, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { SigningKey, SigningRecord, UserStore, VoidedKey } from "../../store/users.ts";

/** Name of the first secret; later ones have a dot and something random behind it. */
export const FIRST_KID = "goim-users";

const SECRET_BYTES = 32;
const KID_BYTES = 6;
/** Void ones whose names are kept. */
const VOIDED_MAX = 64;
const RETRY_MS = 500;

export interface SigningKeys {
  /** The one that signs now. */
  current(): SigningKey;
  /** Undefined: there is none of this name, or its time is over. */
  find(kid: string): SigningKey | undefined;
}

/** One secret that is never changed. */
export function fixedKeys(secret: string): SigningKeys {
  const key = { kid: FIRST_KID, secret, from: 0 };
  return { current: () => key, find: (kid) => (kid === FIRST_KID ? key : undefined) };
}

/** Whether a token that names this key is one of this module. */
export function isOwnKid(kid: unknown): boolean {
  return typeof kid === "string" && (kid === FIRST_KID || kid.startsWith(`${FIRST_KID}.`));
}

export interface OpenSigningDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Follows the secrets in the bucket; the first logic makes one. A bucket that was just made may
 * have no leader yet, so this waits as opening it does.
 */
export async function openSigning(
  store: Pick<UserStore, "signing" | "putSigning" | "watchSigning">,
  { clock, log, signal }: OpenSigningDeps,
): Promise<{ readonly keys: SigningKeys; close(): void }> {
  let record: SigningRecord = { keys: [] };
  for (;;) {
    signal.throwIfAborted();
    try {
      await store.putSigning({ keys: [newKey(FIRST_KID, 0)] }, undefined);
      const found = await store.signing();
      if (found === undefined) throw new GoimError("unavailable", "the secret was removed");
      record = found.value;
      break;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      log.warn({ reason: messageOf(error) }, "waiting for the secret of users' tokens");
    }
    await sleep(clock, RETRY_MS);
  }
  const watch = await store.watchSigning((changed) => {
    record = changed;
  });
  return { keys: keysOf(() => record, clock), close: () => watch.unsubscribe() };
}

export function keysOf(record: () => SigningRecord, clock: Pick<Clock, "now">): SigningKeys {
  return {
    current: () => {
      const { keys } = record();
      const now = clock.now();
      const key = keys.find(({ from }) => from <= now) ?? keys.at(-1);
      if (key === undefined) throw new GoimError("unavailable", "there is no secret for tokens");
      return key;
    },
    find: (kid) => {
      const now = clock.now();
      return record().keys.find((key) => key.kid === kid && isKept(key, now));
    },
  };
}

export interface RotateOptions {
  /** Milliseconds until the new one signs: by then every logic has heard of it. */
  readonly secretLead: number;
  /** Most secrets that are good at once. */
  readonly secretsMax: number;
  /** Milliseconds: no token of anybody lives longer. */
  readonly tokenLifeMax: number;
  readonly clockSkew: number;
  readonly triesMax: number;
  /** The ones before are good for nothing from now on. */
  readonly voidPrevious: boolean;
}

/** What is shown of it: never a secret. */
export interface Rotated {
  readonly kid: string;
  /** Unix milliseconds from which on it signs. */
  readonly from: number;
  /** Those before, and until when what they signed is good. */
  readonly previous: readonly { readonly kid: string; readonly until: number }[];
  /** Those that are void, now or since earlier: their connections are to be closed. */
  readonly voided: readonly VoidedKey[];
}

/**
 * A new secret. Fails with "conflict" when as many as there may be are good still, and with "busy"
 * when others keep rotating it.
 */
export async function rotateSecret(
  store: Pick<UserStore, "signing" | "putSigning">,
  options: RotateOptions,
  clock: Pick<Clock, "now">,
): Promise<Rotated> {
  for (let tries = 0; tries < options.triesMax; tries++) {
    const found = await store.signing();
    const next = rotated(found?.value ?? { keys: [] }, options, clock.now());
    if ((await store.putSigning(next, found?.revision)) === undefined) continue;
    const [{ kid, from }, ...before] = next.keys;
    const previous = before.map((key) => ({ kid: key.kid, until: key.until ?? 0 }));
    return { kid, from, previous, voided: next.voided };
  }
  throw new GoimError("busy", "somebody else is rotating the secret");
}

function rotated(
  record: SigningRecord,
  { secretLead, secretsMax, tokenLifeMax, clockSkew, voidPrevious }: RotateOptions,
  now: number,
): {
  readonly keys: readonly [SigningKey, ...SigningKey[]];
  readonly voided: readonly VoidedKey[];
} {
  const kid = `${FIRST_KID}.${randomBytes(KID_BYTES).toString("base64url")}`;
  const good = record.keys.filter((key) => isKept(key, now));
  const kept = voidPrevious ? [] : good;
  if (kept.length >= secretsMax) {
    throw new GoimError(
      "conflict",
      `${kept.length} secrets are good still (users.secretsMax): wait until the oldest is over, ` +
        "or void them all",
    );
  }
  const from = kept.length === 0 ? now : now + secretLead;
  const until = from + tokenLifeMax + 2 * clockSkew;
  const fresh = (voidPrevious ? good : []).map((key) => ({ kid: key.kid, until }));
  const earlier = (record.voided ?? []).filter((key) => key.until > now);
  return {
    keys: [newKey(kid, from), ...kept.map((key) => ({ ...key, until: key.until ?? until }))],
    voided: [...fresh, ...earlier].slice(0, VOIDED_MAX),
  };
}

function isKept({ until }: SigningKey, now: number): boolean {
  return until === undefined || until > now;
}

function newKey(kid: string, from: number): SigningKey {
  return { kid, secret: randomBytes(SECRET_BYTES).toString("base64url"), from };
}

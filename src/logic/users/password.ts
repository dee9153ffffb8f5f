/** Passwords as they are stored: scrypt, a few at once, so that logins do not starve the rest. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { Semaphore } from "../../kit/semaphore.ts";

/** Characters of a password, far more than people write; checked before anything is computed. */
export const PASSWORD_CHARS_MAX = 256;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const BLOCK = 8;
const PARALLEL = 3;
/** Beyond these a record was not written by this module: computing it could take all memory. */
const MOST = { cost: 18, block: 16, parallel: 16 };

export interface Passwords {
  /** Fails with "busy" when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether it is the password of this hash. Without a hash as much is computed, and the answer is
   * no. A wrong one costs what a hash costs now, also where this one cost less. Fails with "busy"
   * when too many wait.
   */
  check(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether the hash cost less than one that is made now. */
  isWeak(hash: string): boolean;
}

export interface PasswordsConfig {
  readonly hashCost: number;
  readonly hashInFlight: number;
  readonly hashWaiting: number;
}

interface Stored {
  readonly cost: number;
  readonly block: number;
  readonly parallel: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export function createPasswords(
  { hashCost, hashInFlight, hashWaiting }: PasswordsConfig,
  { clock, metrics }: { readonly clock: Pick<Clock, "monotonic">; readonly metrics: Metrics },
): Passwords {
  const places = new Semaphore(hashInFlight);
  let running = 0;
  metrics.levelOf("users_hash_waiting", "Passwords that wait to be hashed", () => places.waiting);
  const took = metrics.histogram("users_hash_seconds", "Time to hash a password, its wait aside");
  const inPlace = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= hashInFlight && places.waiting >= hashWaiting) {
      throw new GoimError("busy", "too many passwords are being looked at");
    }
    return places.run(async () => {
      running++;
      const startedMs = clock.monotonic();
      try {
        return await work();
      } finally {
        running--;
        took.observe((clock.monotonic() - startedMs) / 1000);
      }
    });
  };
  const fresh = (salt: Buffer) => ({ cost: hashCost, block: BLOCK, parallel: PARALLEL, salt });
  // What a password is compared with where there is nobody: no password has this hash.
  const nobody = { ...fresh(randomBytes(SALT_BYTES)), hash: randomBytes(HASH_BYTES) };
  return {
    hash: async (password) => {
      const of = fresh(randomBytes(SALT_BYTES));
      const hash = await inPlace(() => derive(password, of));
      return encode({ ...of, hash });
    },
    check: async (password, text) => {
      const stored = text === undefined ? nobody : parse(text);
      return inPlace(async () => {
        if (timingSafeEqual(await derive(password, stored), stored.hash)) return true;
        for (const cost of missingCosts(stored, hashCost)) {
          await derive(password, { ...nobody, cost });
        }
        return false;
      });
    },
    isWeak: (text) => {
      const { cost, block, parallel } = parse(text);
      return 2 ** cost * block * parallel < 2 ** hashCost * BLOCK * PARALLEL;
    },
  };
}

/**
 * What more has to be computed so that all of it costs what a hash costs now: a hash of cost n is
 * the work 2^n, and 2^n + 2^n + 2^(n+1) + … + 2^(m-1) = 2^m. Else the time of a wrong password
 * would tell names whose hash is of a cheaper time from those that nobody has.
 */
export function missingCosts(
  { cost, block, parallel }: Pick<Stored, "cost" | "block" | "parallel">,
  now: number,
): number[] {
  if (block !== BLOCK || parallel !== PARALLEL) return [];
  return Array.from({ length: Math.max(0, now - cost) }, (_, n) => cost + n);
}

function derive(password: string, { cost, block, parallel, salt }: Omit<Stored, "hash">) {
  const N = 2 ** cost;
  const maxmem = 128 * N * block + 128 * block * parallel + (1 << 20);
  return new Promise<Buffer>((resolve, reject) => {
    // One form of what looks and is typed the same.
    const text = password.normalize("NFKC");
    scrypt(text, salt, HASH_BYTES, { N, r: block, p: parallel, maxmem }, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

const pattern = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]{22})\$([\w-]{43})$/;

function encode({ cost, block, parallel, salt, hash }: Stored): string {
  const text = `$scrypt$ln=${cost},r=${block},p=${parallel}`;
  return `${text}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

function parse(text: string): Stored {
  const [, cost = "", block = "", parallel = "", salt = "", hash = ""] = pattern.exec(text) ?? [];
  const bytes = (part: string) => Buffer.from(part, "base64url");
  const stored = {
    ...{ cost: Number(cost), block: Number(block), parallel: Number(parallel) },
    ...{ salt: bytes(salt), hash: bytes(hash) },
  };
  const fits =
    stored.hash.length === HASH_BYTES &&
    stored.cost <= MOST.cost &&
    stored.block <= MOST.block &&
    stored.parallel <= MOST.parallel;
  if (!fits) throw new GoimError("internal", "a stored password hash cannot be read");
  return stored;
}

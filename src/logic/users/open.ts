/** Opens what users need before anybody logs in: their bucket, and the secret of their tokens. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Bus } from "../../bus/bus.ts";
import type { RevocationWriter } from "../../bus/revocations.ts";
import { type Clock, sleep } from "../../kit/clock.ts";
import { isRetryable, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { createKvUsers } from "../../store/users.kv.ts";
import type { UserStore } from "../../store/users.ts";
import type { OwnTokens } from "../auth/authorizer.ts";
import type { AuthConfig } from "../auth/config.ts";
import { type Attempts, createAttempts } from "./attempts.ts";
import type { UsersConfig } from "./config.ts";
import { createLogins, type Logins } from "./login.ts";
import { createPasswords } from "./password.ts";
import { createRoles, type Roles } from "./roles.ts";
import { createOwnTokens, createTokenMint, type SigningConfig } from "./tokens.ts";
import { createUsers, type Users } from "./users.ts";

const SECRET_BYTES = 32;
const RETRY_MS = 500;

export interface OpenUsers {
  readonly store: UserStore;
  readonly signing: SigningConfig;
  readonly own: OwnTokens;
  close(): Promise<void>;
}

export interface OpenUsersDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Undefined where the module is off. */
export async function openUsers(
  config: {
    readonly users: UsersConfig;
    readonly auth: AuthConfig;
    readonly streams: { readonly replicas: number };
  },
  deps: OpenUsersDeps,
): Promise<OpenUsers | undefined> {
  if (!config.users.enabled) return undefined;
  const { issuer, audience, clockSkew, hs256 } = config.auth;
  const store = await createKvUsers({ replicas: config.streams.replicas }, deps);
  const secret = hs256 === "" ? await signingSecret(store, deps) : hs256;
  const signing = { secret, issuer, audience };
  const own = await createOwnTokens({ ...signing, clockSkew }, deps);
  return { store, signing, own, close: () => store.close() };
}

/**
 * The first logic makes it, and all have the same. A bucket that was just made may have no leader
 * yet, so this waits as opening it does.
 */
async function signingSecret(
  store: UserStore,
  { clock, log, signal }: OpenUsersDeps,
): Promise<string> {
  const made = randomBytes(SECRET_BYTES).toString("base64url");
  for (;;) {
    signal.throwIfAborted();
    try {
      return await store.signingSecret(made);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      log.warn({ reason: messageOf(error) }, "waiting for the secret of users' tokens");
    }
    await sleep(clock, RETRY_MS);
  }
}

export interface UserParts {
  readonly users: Users;
  readonly roles: Roles;
  readonly logins: Logins;
  readonly attempts: Attempts;
}

export interface UserPartsDeps {
  readonly bus: Bus;
  readonly revocationWriter: RevocationWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createUserParts(
  config: { readonly users: UsersConfig; readonly auth: Pick<AuthConfig, "clockSkew"> },
  { store, signing }: Pick<OpenUsers, "store" | "signing">,
  deps: UserPartsDeps,
): UserParts {
  const { users: options, auth } = config;
  const passwords = createPasswords(options, deps);
  const having = { ...deps, store, passwords };
  const users = createUsers({ ...options, clockSkew: auth.clockSkew }, having);
  const attempts = createAttempts(options, { ...deps, id: randomUUID() });
  const tokens = createTokenMint(signing);
  return {
    users,
    roles: createRoles(options, having),
    logins: createLogins(options, { ...having, users, attempts, tokens }),
    attempts,
  };
}

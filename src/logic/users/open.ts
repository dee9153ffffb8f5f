/** Opens what users need before anybody logs in: their bucket, and the secrets of their tokens. */
import { randomUUID } from "node:crypto";
import type { Bus } from "../../bus/bus.ts";
import type { RevocationWriter } from "../../bus/revocations.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { createKvUsers } from "../../store/users.kv.ts";
import type { UserStore } from "../../store/users.ts";
import type { OwnTokens } from "../auth/authorizer.ts";
import type { AuthConfig } from "../auth/config.ts";
import { revokeForOf } from "../auth/revoke-for.ts";
import { type Attempts, createAttempts, loginAttempts, registrationAttempts } from "./attempts.ts";
import type { UsersConfig } from "./config.ts";
import { createLogins, type Logins } from "./login.ts";
import { createPasswords } from "./password.ts";
import { createRegistrations, type Registrations } from "./registration.ts";
import { createRoles, type Roles } from "./roles.ts";
import { fixedKeys, openSigning } from "./signing.ts";
import { createOwnTokens, createTokenMint, type SigningConfig } from "./tokens.ts";
import { createUsers, type Users } from "./users.ts";

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
  const opened = hs256 === "" ? await openSigning(store, deps) : undefined;
  const signing = { keys: opened?.keys ?? fixedKeys(hs256), issuer, audience };
  const own = createOwnTokens({ ...signing, clockSkew }, deps);
  const close = async () => {
    opened?.close();
    await store.close();
  };
  return { store, signing, own, close };
}

export interface UserParts {
  readonly users: Users;
  readonly roles: Roles;
  readonly logins: Logins;
  readonly registrations: Registrations;
  readonly attempts: Pick<Attempts, "start" | "stop">;
}

export interface UserPartsDeps {
  readonly bus: Bus;
  readonly revocationWriter: RevocationWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createUserParts(
  config: { readonly users: UsersConfig; readonly auth: AuthConfig },
  { store, signing }: Pick<OpenUsers, "store" | "signing">,
  deps: UserPartsDeps,
): UserParts {
  const { users: options, auth } = config;
  const passwords = createPasswords(options, deps);
  const having = { ...deps, store, passwords };
  const lives = { clockSkew: auth.clockSkew, revokeFor: revokeForOf(config) };
  const users = createUsers({ ...options, ...lives }, having);
  const counting = { ...deps, id: randomUUID() };
  const attempts = createAttempts(loginAttempts(options), counting);
  const arrivals = createAttempts(registrationAttempts(options), counting);
  const tokens = createTokenMint(signing);
  return {
    users,
    roles: createRoles(options, having),
    logins: createLogins(options, { ...having, users, attempts, tokens }),
    registrations: createRegistrations(options, { ...deps, users, attempts: arrivals }),
    attempts: {
      start: () => {
        for (const one of [attempts, arrivals]) one.start();
      },
      stop: () => {
        for (const one of [attempts, arrivals]) one.stop();
      },
    },
  };
}

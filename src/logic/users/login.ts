/** Lets users in by name and password, and makes tokens for those whom somebody else lets in. */
import type { Clock } from "../../kit/clock.ts";
import { GoimError, isGoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { roleIn } from "../../protocol/room-rules.ts";
import type { Permissions, UserRecord, UserStore } from "../../store/users.ts";
import type { Attempts } from "./attempts.ts";
import type { Passwords } from "./password.ts";
import { permissionsOf } from "./permissions.ts";
import type { Minted, TokenClaims, TokenMint } from "./tokens.ts";
import { nameOf, type Users } from "./users.ts";

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Address of the client. */
  readonly address: string;
}

/** What the client wants its token to say. */
export interface LoginWish {
  readonly room_id?: string | undefined;
  readonly platform?: string | undefined;
  readonly device?: string | undefined;
  readonly accepts?: readonly number[] | undefined;
}

export interface LoggedIn extends Minted {
  readonly claims: TokenClaims;
  readonly user: { readonly mid: string; readonly name: string; readonly roles: readonly string[] };
}

export interface Logins {
  /**
   * Fails with "unauthorized", the same for an unknown name, a wrong password, and a user that may
   * not log in; with RateLimited after too many of those; with "forbidden" for a room that the user
   * may not be in; and as passwords and the store do.
   */
  login(credentials: Credentials, wish: LoginWish): Promise<LoggedIn>;
  /** The same failures; "invalid" for a new one that is too short. */
  changePassword(credentials: Credentials, password: string): Promise<void>;
  /** A token for a user of whoever asks. Fails with "forbidden" for one who is disabled here. */
  mint(claims: TokenClaims, lifeMs: number): Promise<Minted>;
}

export interface LoginsDeps {
  readonly store: Pick<UserStore, "midOf" | "user" | "role">;
  readonly users: Pick<Users, "setPassword" | "rehash">;
  readonly passwords: Passwords;
  readonly attempts: Pick<Attempts, "take">;
  readonly tokens: TokenMint;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly metrics: Metrics;
}

interface Present {
  /** Unix milliseconds. */
  readonly issuedAt: number;
  readonly user: UserRecord;
}

/** Nobody's: what is read for a name that nobody has, so that as much is done for it. */
const NOBODY = "0";

export function createLogins(config: { readonly tokenLife: number }, deps: LoginsDeps): Logins {
  const { store, tokens, clock, metrics } = deps;
  const results = metrics.counter("users_logins_total", "Tries with a password", ["result"]);
  const minted = metrics.counter("users_tokens_total", "Tokens that were made", ["for"]);
  const strengthen = createStrengthen(deps);

  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    let result = "internal";
    try {
      const value = await work();
      result = "ok";
      return value;
    } catch (error) {
      if (isGoimError(error)) result = error.code;
      throw error;
    } finally {
      results.inc({ result });
    }
  };

  return {
    login: (credentials, wish) =>
      counted(async () => {
        const { issuedAt, user } = await present(credentials, deps);
        const { mid } = user;
        const roles = await Promise.all(user.roles.map((role) => store.role(role)));
        const allowed = permissionsOf(
          user.permissions,
          roles.map((role) => role?.value),
        );
        checkRoom(wish.room_id, allowed);
        const claims = { ...wish, mid, ...allowed };
        const token = await tokens.mint(claims, { issuedAt, lifeMs: config.tokenLife });
        minted.inc({ for: "login" });
        await strengthen(user, credentials.password);
        return { ...token, claims, user: { mid, name: user.name, roles: user.roles } };
      }),
    changePassword: (credentials, password) =>
      counted(async () => {
        const { mid, hash } = await verified(credentials, deps);
        await deps.users.setPassword(mid, password, hash);
      }),
    mint: async (claims, lifeMs) => {
      const issuedAt = clock.now();
      const user = (await store.user(claims.mid))?.value;
      if (user !== undefined && user.state !== "active") {
        throw new GoimError("forbidden", `the user is ${user.state}`);
      }
      const token = await tokens.mint(claims, { issuedAt, lifeMs });
      minted.inc({ for: "caller" });
      return token;
    },
  };
}

/** Who logs in as he is now, and when it was looked. */
async function present(credentials: Credentials, deps: LoginsDeps): Promise<Present> {
  const { store, passwords, clock } = deps;
  const { mid, hash } = await verified(credentials, deps);
  // From here on, or before: whoever is disabled while his password was looked at is seen
  // below, and whoever is later has a token that is older than its revocation.
  const look = async (known: string, again: boolean): Promise<Present> => {
    const issuedAt = clock.now();
    const user = (await store.user(mid))?.value;
    if (user?.state !== "active") throw wrong();
    if (user.hash === known) return { issuedAt, user };
    // Another login may have hashed the same password again meanwhile.
    if (!again || !(await passwords.check(credentials.password, user.hash))) throw wrong();
    return look(user.hash, false);
  };
  return look(hash, true);
}

/** Hashes a password again at today's cost. A login is not worse off when that fails. */
function createStrengthen({ passwords, users, log, metrics }: LoginsDeps) {
  const hashed = "Passwords hashed again because their hash cost less than users.hashCost";
  const results = metrics.counter("users_rehashed_total", hashed, ["result"]);
  return async ({ mid, hash }: UserRecord, password: string) => {
    if (!passwords.isWeak(hash)) return;
    let result = "ok";
    try {
      await users.rehash(mid, password, hash);
    } catch (error) {
      result = isGoimError(error) ? error.code : "internal";
      log.warn({ error: messageOf(error) }, "a password was not hashed again");
    }
    results.inc({ result });
  };
}

/** The user behind name and password; every way to fail takes the same steps. */
async function verified(
  { name, password, address }: Credentials,
  { store, passwords, attempts }: LoginsDeps,
): Promise<UserRecord> {
  const giveBack = attempts.take(nameOf(name), address);
  let answered = false;
  try {
    const mid = (await store.midOf(nameOf(name))) ?? NOBODY;
    const user = (await store.user(mid))?.value;
    const right = await passwords.check(password, user?.hash);
    answered = true;
    if (!right || user?.state !== "active") throw wrong();
    giveBack();
    return user;
  } catch (error) {
    // It was not looked at, so nothing was learnt from it.
    if (!answered) giveBack();
    throw error;
  }
}

function checkRoom(room: string | undefined, { rooms }: Permissions): void {
  if (room === undefined || room === "" || rooms === undefined) return;
  const rules = Object.entries(rooms).map(([pattern, role]) => ({ pattern, role }));
  if (roleIn(rules, room) !== undefined) return;
  throw new GoimError("forbidden", "room_id: this user may not be in this room");
}

function wrong(): GoimError {
  return new GoimError("unauthorized", "name or password is wrong");
}

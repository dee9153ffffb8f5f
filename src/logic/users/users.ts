/** Users that the system keeps itself: registered, changed, disabled. */
import { randomInt } from "node:crypto";
import { FOREVER, type RevocationWriter } from "../../bus/revocations.ts";
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Page, Versioned } from "../../store/rooms.ts";
import type { Permissions, UserRecord, UserState, UserStore } from "../../store/users.ts";
import type { Passwords } from "./password.ts";

/** A user as he is shown: without anything that helps to guess his password. */
export type User = Omit<UserRecord, "hash">;

export interface NewUser {
  readonly name: string;
  readonly password: string;
  /** None: one is made. */
  readonly mid?: string | undefined;
  /** False: pending until activated. */
  readonly active: boolean;
  /** As much is computed for a name that is taken: how long it takes tells nobody. */
  readonly evenIfTaken?: boolean;
  /** Milliseconds after which he is forgotten unless activated or disabled. None: never. */
  readonly pendingTtl?: number | undefined;
  readonly roles: readonly string[];
  readonly permissions: Permissions;
}

export interface UserChange {
  readonly roles?: readonly string[] | undefined;
  readonly permissions?: Permissions | undefined;
}

/**
 * All fail as the store does; "not_found" where there is no such user or role, "conflict" where a
 * name or mid is taken, "busy" when somebody else keeps changing the same user.
 */
export interface Users {
  register(wish: NewUser): Promise<User>;
  get(mid: string): Promise<User>;
  list(after: number, limit: number): Promise<Page<User>>;
  /** Tokens issued so far are void: what they say is not true any more. */
  change(mid: string, change: UserChange): Promise<User>;
  activate(mid: string): Promise<User>;
  /** His connections are closed on every comet within a second, and his tokens are void. */
  disable(mid: string): Promise<User>;
  /** Tokens issued so far are void. `expected`: only if this is still the old one's hash. */
  setPassword(mid: string, password: string, expected?: string): Promise<User>;
  /** The same password at today's cost, if it has not been changed since; tokens stay good. */
  rehash(mid: string, password: string, expected: string): Promise<void>;
}

export interface UsersDeps {
  readonly store: UserStore;
  readonly passwords: Pick<Passwords, "hash">;
  readonly revocationWriter: Pick<RevocationWriter, "add">;
  readonly clock: Pick<Clock, "now">;
  readonly metrics: Metrics;
}

export interface UsersOptions {
  readonly passwordMin: number;
  readonly triesMax: number;
  /** Milliseconds: no token of anybody lives longer. */
  readonly tokenLifeMax: number;
  /** Milliseconds by which the clocks of logics may differ. */
  readonly clockSkew: number;
  /** Milliseconds for which others' tokens for who is disabled are void; Infinity: until lifted. */
  readonly revokeFor: number;
}

/** Mids that are made: from 2^32 on, so that small ones stay for those who choose. */
const MADE_MID = { min: 2 ** 32, max: 2 ** 48 - 1 };
const MID_TRIES = 4;
/** Nobody's mid: looked at for a name that nobody has, so that as much is done for it. */
const NOBODY = "0";

/** Names that look alike, or differ in case, are one. */
export function nameOf(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

export function createUsers(options: UsersOptions, deps: UsersDeps): Users {
  return new StoredUsers(options, deps);
}

class StoredUsers implements Users {
  readonly #options: UsersOptions;
  readonly #deps: UsersDeps;
  readonly #freed: { inc(): void };

  constructor(options: UsersOptions, deps: UsersDeps) {
    this.#options = options;
    this.#deps = deps;
    const text = "Names of registrations that nobody activated in time, given to somebody else";
    this.#freed = deps.metrics.counter("users_names_freed_total", text);
  }

  async register(wish: NewUser): Promise<User> {
    const { name: given, password, mid, active, evenIfTaken = false, ...more } = wish;
    const { pendingTtl, ...rest } = more;
    const { store, passwords, clock } = this.#deps;
    const name = nameOf(given);
    this.#checkPassword(password);
    await this.#checkRoles(rest.roles);
    const { taken, revision: former } = await this.#lookUp(name);
    if (taken && !evenIfTaken) throw nameTaken();
    const hash = await passwords.hash(password);
    if (taken) throw nameTaken();
    const at = clock.now();
    const state: UserState = active ? "active" : "pending";
    const expiresAt = active || pendingTtl === undefined ? undefined : at + pendingTtl;
    const ends = expiresAt === undefined ? {} : { expiresAt };
    const fresh = { name, state, hash, ...rest, createdAt: at, changedAt: at, ...ends };
    const { value, revision } = await this.#create(fresh, mid);
    // Nobody can log in before this. A name lost to somebody else takes the record with it.
    if (!(await store.takeName(name, value.mid, { revision: former, expiresAt }))) {
      await store.removeUser(value.mid, revision);
      throw nameTaken();
    }
    if (former !== undefined) this.#freed.inc();
    return shown(value);
  }

  async get(mid: string): Promise<User> {
    return shown((await this.#found(mid)).value);
  }

  async list(after: number, limit: number): Promise<Page<User>> {
    const { items, cursor } = await this.#deps.store.users(after, limit);
    return { items: items.map(shown), cursor };
  }

  async change(mid: string, { roles, permissions }: UserChange): Promise<User> {
    if (roles !== undefined) await this.#checkRoles(roles);
    const user = await this.#edit(mid, (record) => ({
      ...record,
      roles: roles ?? record.roles,
      permissions: permissions ?? record.permissions,
    }));
    await this.#revoke(mid, 0);
    return user;
  }

  async activate(mid: string): Promise<User> {
    let disabled = false as boolean;
    await this.#keepName(mid);
    const user = await this.#edit(mid, (record) => {
      disabled = record.state === "disabled";
      return { ...stays(record), state: "active" };
    });
    // The revocation of a disabled one reaches a little into the future: not any longer.
    if (disabled) await this.#revoke(mid, 0, { cut: true });
    return user;
  }

  async disable(mid: string): Promise<User> {
    await this.#keepName(mid);
    const user = await this.#edit(mid, (record) => ({ ...stays(record), state: "disabled" }));
    const { clockSkew, revokeFor } = this.#options;
    await this.#revoke(mid, clockSkew, { forMs: revokeFor });
    return user;
  }

  async setPassword(mid: string, password: string, expected?: string): Promise<User> {
    this.#checkPassword(password);
    await this.#found(mid);
    const hash = await this.#deps.passwords.hash(password);
    const user = await this.#edit(mid, (record) => {
      if (expected !== undefined && record.hash !== expected) {
        throw new GoimError("conflict", "the password was changed meanwhile");
      }
      return { ...record, hash };
    });
    await this.#revoke(mid, 0);
    return user;
  }

  async rehash(mid: string, password: string, expected: string): Promise<void> {
    const { store, passwords } = this.#deps;
    const hash = await passwords.hash(password);
    const { value, revision } = await this.#found(mid);
    if (value.hash === expected) await store.putUser({ ...value, hash }, revision);
  }

  /** A name that is left over from who was forgotten is free, for who knows its revision. */
  async #lookUp(name: string): Promise<{ taken: boolean; revision?: number }> {
    const { store } = this.#deps;
    const holder = await store.holder(name);
    const user = await store.user(holder?.value ?? NOBODY);
    if (holder === undefined) return { taken: false };
    const { value: mid, revision } = holder;
    return user?.value.name === name && user.value.mid === mid
      ? { taken: true }
      : { taken: false, revision };
  }

  /** Before the user himself: a name without its user is free, a user without his is locked out. */
  async #keepName(mid: string): Promise<void> {
    const { store } = this.#deps;
    const { value } = await this.#found(mid);
    if (value.expiresAt === undefined) return;
    const holder = await store.holder(value.name);
    if (holder !== undefined && holder.value !== mid) throw nameTaken();
    if (await store.takeName(value.name, mid, { revision: holder?.revision })) return;
    throw new GoimError("busy", "somebody else is changing this user");
  }

  #checkPassword(password: string): void {
    const { passwordMin } = this.#options;
    if ([...password].length >= passwordMin) return;
    throw new GoimError("invalid", `password: at least ${passwordMin} characters`);
  }

  async #checkRoles(roles: readonly string[]): Promise<void> {
    const found = await Promise.all(roles.map((role) => this.#deps.store.role(role)));
    const missing = roles.filter((_, at) => found[at] === undefined);
    if (missing.length === 0) return;
    throw new GoimError("not_found", `there is no role ${missing.join(", ")}`);
  }

  async #create(
    fresh: Omit<UserRecord, "mid">,
    asked: string | undefined,
  ): Promise<Versioned<UserRecord>> {
    const { store } = this.#deps;
    for (let tries = 0; tries < MID_TRIES; tries++) {
      const mid = asked ?? String(randomInt(MADE_MID.min, MADE_MID.max));
      const value = { mid, ...fresh };
      const revision = (await store.putUser(value, undefined)) ?? (await this.#takeOver(value));
      if (revision !== undefined) return { value, revision };
      if (asked !== undefined) throw new GoimError("conflict", "there is a user with this mid");
    }
    throw new GoimError("busy", "no mid was found: try again");
  }

  /** What a registration left behind that broke off before its name was taken. */
  async #takeOver(value: UserRecord): Promise<number | undefined> {
    const { store } = this.#deps;
    const before = await store.user(value.mid);
    if (before === undefined || before.value.name !== value.name) return undefined;
    if ((await store.midOf(value.name)) !== undefined) return undefined;
    return store.putUser(value, before.revision);
  }

  async #found(mid: string): Promise<Versioned<UserRecord>> {
    const found = await this.#deps.store.user(mid);
    if (found === undefined) throw new GoimError("not_found", "there is no user with this mid");
    return found;
  }

  async #edit(mid: string, edit: (record: UserRecord) => UserRecord): Promise<User> {
    const { store, clock } = this.#deps;
    for (let tries = 0; tries < this.#options.triesMax; tries++) {
      const { value, revision } = await this.#found(mid);
      const next = { ...edit(value), changedAt: clock.now() };
      if ((await store.putUser(next, revision)) !== undefined) return shown(next);
    }
    throw new GoimError("busy", "somebody else is changing this user");
  }

  /** After the record: a login that did not see the change has a token that this means. */
  async #revoke(mid: string, aheadMs: number, { cut = false, forMs = 0 } = {}): Promise<void> {
    const { revocationWriter, clock } = this.#deps;
    const { tokenLifeMax, clockSkew } = this.#options;
    const at = clock.now() + aheadMs;
    const until = Math.min(at + Math.max(tokenLifeMax + 2 * clockSkew, forMs), FOREVER);
    await revocationWriter.add({ kind: "mid", value: mid, at, until }, { cut });
  }
}

/** The same record, kept until it is changed. */
function stays({ expiresAt: _, ...record }: UserRecord): UserRecord {
  return record;
}

function shown({ hash: _, ...user }: UserRecord): User {
  return user;
}

function nameTaken(): GoimError {
  return new GoimError("conflict", "there is a user with this name");
}

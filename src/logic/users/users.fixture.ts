/** Users over a store in memory that compares and sets as a bucket does. */
import type { Revocation } from "../../bus/revocations.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { silentLog } from "../../kit/log.ts";
import { createMetrics } from "../../kit/metrics.ts";
import type { Versioned } from "../../store/rooms.ts";
import type { RoleRecord, SigningRecord, UserRecord, UserStore } from "../../store/users.ts";
import { createLogins } from "./login.ts";
import type { Passwords } from "./password.ts";
import { fixedKeys, type SigningKeys } from "./signing.ts";
import { createOwnTokens, createTokenMint } from "./tokens.ts";
import { createUsers } from "./users.ts";

export function memoryStore() {
  let last = 0;
  const asked: string[] = [];
  const watchers = new Set<(record: SigningRecord) => void>();
  const values = new Map<string, Versioned<unknown>>();
  const get = async <T>(key: string) => values.get(key) as Versioned<T> | undefined;
  const put = async (key: string, value: unknown, revision: number | undefined) => {
    if (values.get(key)?.revision !== revision) return undefined;
    values.set(key, { value, revision: ++last });
    return last;
  };
  const remove = async (key: string, revision: number) =>
    values.get(key)?.revision === revision && values.delete(key);
  const all = <T>(first: string) =>
    [...values].filter(([key]) => key.startsWith(first)).map(([, { value }]) => value as T);
  const store: UserStore = {
    user: async (mid) => {
      asked.push("user");
      return get<UserRecord>(`u ${mid}`);
    },
    putUser: (record, revision) => put(`u ${record.mid}`, record, revision),
    removeUser: (mid, revision) => remove(`u ${mid}`, revision),
    users: async () => ({ items: all<UserRecord>("u "), cursor: 0 }),
    midOf: async (name) => {
      asked.push("midOf");
      return (await get<string>(`n ${name}`))?.value;
    },
    holder: (name) => get<string>(`n ${name}`),
    takeName: async (name, mid, { revision } = {}) =>
      (await put(`n ${name}`, mid, revision)) !== undefined,
    role: (role) => get<RoleRecord>(`r ${role}`),
    putRole: (record, revision) => put(`r ${record.role}`, record, revision),
    removeRole: (role, revision) => remove(`r ${role}`, revision),
    roles: async () => all<RoleRecord>("r "),
    signing: () => get<SigningRecord>("s signing"),
    putSigning: async (record, revision) => {
      const last = await put("s signing", record, revision);
      if (last !== undefined) for (const tell of watchers) tell(record);
      return last;
    },
    watchSigning: async (onChange) => {
      watchers.add(onChange);
      const found = await get<SigningRecord>("s signing");
      if (found !== undefined) onChange(found.value);
      return { unsubscribe: () => void watchers.delete(onChange) };
    },
    close: async () => {},
  };
  return { store, asked };
}

export const secret = "a shared secret of thirty-two bytes!!";

export async function usersSetUp(keys: SigningKeys = fixedKeys(secret), revokeFor = 0) {
  const clock = new FakeClock();
  const { store, asked } = memoryStore();
  const revoked: Revocation[] = [];
  const checks: (string | undefined)[] = [];
  /** What happens while a password is looked at. */
  const meanwhile = { do: async () => {} };
  const passwords: Passwords = {
    hash: async (password) => `hash of ${password}`,
    check: async (password, hash) => {
      checks.push(hash);
      await meanwhile.do();
      clock.advance(100);
      return hash === `hash of ${password}` || hash === `weak hash of ${password}`;
    },
    isWeak: (hash) => hash.startsWith("weak"),
  };
  const revocationWriter = {
    add: async (one: Revocation) => {
      revoked.push(one);
      return one;
    },
  };
  const options = { passwordMin: 3, triesMax: 4, tokenLifeMax: 60_000, clockSkew: 5000, revokeFor };
  const metrics = createMetrics();
  const users = createUsers(options, { store, passwords, revocationWriter, clock, metrics });
  const signing = { keys, issuer: "", audience: "" };
  const tries = { taken: 0, back: 0 };
  const attempts = {
    take: () => {
      tries.taken++;
      return () => void tries.back++;
    },
  };
  const tokens = createTokenMint(signing);
  const own = createOwnTokens({ ...signing, clockSkew: 0 }, { clock });
  const deps = { store, users, passwords, attempts, tokens, clock, metrics, log: silentLog };
  const logins = createLogins({ tokenLife: 30_000 }, deps);
  const register = (name: string, more: object = {}) =>
    users.register({
      ...{ name, password: "secret", active: true, roles: [], permissions: {} },
      ...more,
    });
  const login = (name: string, password = "secret", wish: object = {}) =>
    logins.login({ name, password, address: "1.1.1.1" }, wish);
  return {
    ...{ clock, store, asked, revoked, checks, meanwhile, users, tries, own, logins },
    ...{ register, login, metrics },
  };
}

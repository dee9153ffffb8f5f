/** People who register themselves, where the configuration lets them. */
import { GoimError, isGoimError } from "../../kit/errors.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Attempts } from "./attempts.ts";
import type { Credentials } from "./login.ts";
import type { User, Users } from "./users.ts";

export interface RegistrationOptions {
  readonly registration: "closed" | "pending" | "open";
  readonly registrationRoles: readonly string[];
  /** Milliseconds; 0 = for ever. */
  readonly pendingTtl: number;
}

export interface Registrations {
  /**
   * The user; undefined where somebody has to activate him, also when the name is taken: that is
   * told to nobody. Fails with "forbidden" where registration is closed, with RateLimited after too
   * many, with "invalid" for a password that is too short; where it is open, with "conflict" for a
   * name that is taken; and as users do.
   */
  register(credentials: Credentials): Promise<User | undefined>;
}

export interface RegistrationDeps {
  readonly users: Pick<Users, "register">;
  readonly attempts: Pick<Attempts, "take">;
  readonly metrics: Metrics;
}

/** All registrations are counted together under it, besides by address. */
const EVERYBODY = "";

export function createRegistrations(
  { registration, registrationRoles: roles, pendingTtl: ttl }: RegistrationOptions,
  { users, attempts, metrics }: RegistrationDeps,
): Registrations {
  const text = "People who registered themselves, or tried to";
  const results = metrics.counter("users_registrations_total", text, ["result"]);
  const active = registration === "open";
  const pendingTtl = ttl === 0 ? undefined : ttl;

  const registered = async ({ name, password, address }: Credentials) => {
    if (registration === "closed") {
      throw new GoimError("forbidden", "registration is closed (users.registration)");
    }
    const giveBack = attempts.take(EVERYBODY, address);
    try {
      return await users.register({
        ...{ name, password, active, roles, permissions: {}, evenIfTaken: true, pendingTtl },
      });
    } catch (error) {
      // Nothing was learnt of who is there: it does not count.
      if (!isGoimError(error, "conflict")) giveBack();
      // Whoever asks cannot mend it.
      if (isGoimError(error, "not_found")) {
        const sentence = `users.registrationRoles: ${error.message}`;
        throw new GoimError("unavailable", sentence, { cause: error });
      }
      throw error;
    }
  };

  return {
    register: async (credentials) => {
      let result = "internal";
      try {
        const user = await registered(credentials);
        result = "ok";
        return active ? user : undefined;
      } catch (error) {
        if (isGoimError(error)) result = error.code;
        if (!active && isGoimError(error, "conflict")) return undefined;
        throw error;
      } finally {
        results.inc({ result });
      }
    },
  };
}

/** For how long a revocation stands that does not say: no token that it means may outlive it. */
import type { UsersConfig } from "../users/config.ts";
import type { AuthConfig } from "./config.ts";

interface Config {
  readonly auth: Pick<AuthConfig, "mode" | "maxTokenLife" | "revokeFor" | "clockSkew">;
  readonly users: Pick<UsersConfig, "enabled" | "tokenLifeMax">;
}

/** Where nothing that is taken has a known life, and somebody else is asked at each login. */
const ASKED_AGAIN_MS = 86_400_000;

/** Milliseconds; Infinity: until it is lifted. */
export function revokeForOf({ auth, users }: Config): number {
  if (auth.revokeFor > 0) return auth.revokeFor;
  const { mode, maxTokenLife, clockSkew } = auth;
  if (mode === "jwt" && maxTokenLife === 0) return Number.POSITIVE_INFINITY;
  return Math.max(ASKED_AGAIN_MS, longestLife({ auth, users })) + 2 * clockSkew;
}

/** What would forget a revocation before the token that it means is over. */
export function revokeForProblems(config: Config): string[] {
  const { revokeFor } = config.auth;
  if (revokeFor === 0 || revokeFor >= longestLife(config)) return [];
  return [
    "auth.revokeFor must not be shorter than users.tokenLifeMax, nor with auth.mode jwt than " +
      "auth.maxTokenLife: a revoked token would be good again; 0 is as long as it takes",
  ];
}

/** As far as it is bounded. */
function longestLife({ auth, users }: Config): number {
  const own = users.enabled ? users.tokenLifeMax : 0;
  return Math.max(own, auth.mode === "jwt" ? auth.maxTokenLife : 0);
}

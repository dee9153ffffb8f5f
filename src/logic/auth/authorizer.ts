/** Decides about every login, as auth.mode says. */
import type { Revocations } from "../../bus/revocations.ts";
import { GoimError } from "../../kit/errors.ts";
import type { HookDeps } from "../hooks/hook.ts";
import type { AuthConfig } from "./config.ts";
import { createConnectHook } from "./connect-hook.ts";
import { type AuthRequest, type Grant, unlimited } from "./grant.ts";
import { createJwtVerifier } from "./jwt.ts";
import { parseToken } from "./token.ts";

/**
 * What a login is granted. Fails with GoimError: "unauthorized" and "forbidden" are final,
 * "unavailable" and "busy" pass, "invalid" is a name that nobody may have.
 */
export interface Authorizer {
  /** At once where nothing has to be computed or asked. */
  authorize(request: AuthRequest): Grant | Promise<Grant>;
}

/** Tokens that this system has signed itself: they are good besides those of auth.mode. */
export interface OwnTokens {
  /** Whether the body of an auth packet has one of them, good or not. */
  takes(body: Uint8Array): boolean;
  verify(body: Uint8Array): Promise<Grant>;
}

export interface AuthorizerDeps extends HookDeps {
  readonly revocations: Pick<Revocations, "find">;
  /** None: only auth.mode decides. */
  readonly own?: OwnTokens | undefined;
}

/** Below this a secret of HS256 can be guessed from one token. */
const HS256_BYTES_MIN = 32;

/** Fails when keys cannot be read. */
export async function createAuthorizer(
  config: AuthConfig,
  deps: AuthorizerDeps,
): Promise<Authorizer> {
  const decide = await decider(config, deps);
  const checked = (grant: Grant) => {
    refuseRevoked(grant, deps.revocations);
    return grant;
  };
  return {
    authorize: (request) => {
      const { own } = deps;
      const isOwn = own?.takes(request.token) === true;
      const grant = isOwn ? own.verify(request.token) : decide(request);
      return grant instanceof Promise ? grant.then(checked) : checked(grant);
    },
  };
}

type Decide = (request: AuthRequest) => Grant | Promise<Grant>;

async function decider(config: AuthConfig, deps: AuthorizerDeps): Promise<Decide> {
  const { mode } = config;
  if (mode === "nats" || mode === "http") {
    return createConnectHook({ ...config, mode }, deps);
  }
  if (mode === "jwt") {
    if (config.hs256 !== "" && Buffer.byteLength(config.hs256) < HS256_BYTES_MIN) {
      deps.log.warn("auth.hs256 is shorter than 32 bytes: it can be guessed from a token");
    }
    const verify = await createJwtVerifier(config, deps);
    return ({ token }) => verify(token);
  }
  deps.log.warn("auth.mode is insecure: unsigned tokens are believed");
  return ({ token, signedOnly }) => {
    if (signedOnly && !config.insecure) {
      throw new GoimError("unauthorized", "unsigned tokens are not taken here");
    }
    return unlimited(parseToken(token));
  };
}

/** Fails with "unauthorized" for what was revoked. */
function refuseRevoked(grant: Grant, revocations: Pick<Revocations, "find">): void {
  const { token, tokenId, keyId, issuedAt } = grant;
  const { mid, key } = token;
  const found = revocations.find({ mid, key, tokenId, keyId, issuedAt });
  if (found !== undefined) throw new GoimError("unauthorized", `revoked: the ${found.kind}`);
}

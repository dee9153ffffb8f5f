/** Signed tokens (RFC 7519), checked by jose. */
import { errors, jwtVerify } from "jose";
import type { Clock } from "../../kit/clock.ts";
import { GoimError, isGoimError, messageOf } from "../../kit/errors.ts";
import { parseAuthBody } from "./auth-body.ts";
import { grantOf, readClaims } from "./claims.ts";
import type { Grant } from "./grant.ts";
import { ALGORITHMS, type JwtKeysConfig, type KeyOf, openJwtKeys } from "./jwt-keys.ts";

export interface JwtChecks {
  /** "" = not looked at. */
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds. */
  readonly clockSkew: number;
  readonly clientKeys: boolean;
  /** Milliseconds from `iat` on for which a token may be good; 0 = any, and without `iat`. */
  readonly maxTokenLife: number;
}

export interface JwtConfig extends JwtChecks, JwtKeysConfig {}

/** The grant of an auth packet's body. Fails with "unauthorized", or "unavailable" for now. */
export type VerifyJwt = (body: Uint8Array) => Promise<Grant>;

/** Far above any token that fits into an auth packet. */
const TOKEN_BYTES_MAX = 64 * 1024;
const KID_CHARS_MAX = 128;

/** Fails when the keys cannot be read. */
export async function createJwtVerifier(
  config: JwtConfig,
  deps: { readonly clock: Pick<Clock, "now"> },
): Promise<VerifyJwt> {
  return verifierWith(await openJwtKeys(config), config, deps);
}

/** The same with keys of somebody else's choice. */
export function verifierWith(
  keyOf: KeyOf,
  config: JwtChecks,
  { clock }: { readonly clock: Pick<Clock, "now"> },
): VerifyJwt {
  const { issuer, audience, clockSkew } = config;
  const rule = { mid: "claims", key: config.clientKeys ? "client" : "claims" } as const;
  return async (body) => {
    if (body.length > TOKEN_BYTES_MAX) throw refused("the token is too long");
    const { credential, asked } = parseAuthBody(body);
    if (credential === "") throw refused("there is no signed token");
    let keyId = "";
    try {
      const { protectedHeader } = await jwtVerify(credential, keyOf, {
        algorithms: [...ALGORITHMS],
        clockTolerance: clockSkew / 1000,
        currentDate: new Date(clock.now()),
        ...(issuer === "" ? {} : { issuer }),
        ...(audience === "" ? {} : { audience }),
      });
      keyId = revocableName(protectedHeader.kid);
    } catch (error) {
      throw failureOf(error);
    }
    const grant = grantOf(readClaims(payloadOf(credential)), asked, rule);
    // A token that is over, and taken because clocks differ, is not closed at once.
    const expiresAt = endOf(grant, config, clock.now());
    return { ...grant, keyId, expiresAt: expiresAt === 0 ? 0 : expiresAt + clockSkew };
  };
}

/**
 * When a token is over, Unix milliseconds, 0 = never. Where their life is bounded none is good for
 * longer than that after it was issued: what means it may be forgotten then.
 */
function endOf(
  { issuedAt, expiresAt }: Pick<Grant, "issuedAt" | "expiresAt">,
  { maxTokenLife, clockSkew }: JwtChecks,
  now: number,
): number {
  if (maxTokenLife === 0) return expiresAt;
  if (issuedAt === 0) throw refused("the claim iat is missing, which auth.maxTokenLife asks for");
  if (issuedAt > now + clockSkew) throw refused("the claim iat is not accepted");
  const end = issuedAt + maxTokenLife;
  if (now >= end + clockSkew) throw refused("the token is older than auth.maxTokenLife");
  return expiresAt === 0 ? end : Math.min(expiresAt, end);
}

/** A name that is longer would be no key in the bucket of revocations. */
function revocableName(kid: unknown): string {
  return typeof kid === "string" && kid.length <= KID_CHARS_MAX ? kid : "";
}

/** The text that was signed: jose's numbers have lost the last digits of a large mid. */
function payloadOf(token: string): string {
  return Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
}

/** Never with the token, or a part of it, in the sentence. */
function failureOf(error: unknown): GoimError {
  if (isGoimError(error)) return error;
  if (error instanceof errors.JWTExpired) return refused("the token is over", error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refused(`the claim ${error.claim} is not accepted`, error);
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refused("the algorithm is not taken", error);
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return refused("the signature is not good", error);
  }
  if (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  ) {
    return refused("there is no key for this token", error);
  }
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  ) {
    return refused("it is no signed token", error);
  }
  // The address of the keys did not answer, or with something else.
  const text = `the keys of tokens cannot be read: ${messageOf(error)}`;
  return new GoimError("unavailable", text, { cause: error });
}

function refused(text: string, cause?: unknown): GoimError {
  return new GoimError("unauthorized", text, cause === undefined ? {} : { cause });
}

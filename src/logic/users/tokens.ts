/** Tokens that this system signs itself, and what takes them in again at a login. */
import { randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import { parseAuthBody } from "../auth/auth-body.ts";
import type { OwnTokens } from "../auth/authorizer.ts";
import { createJwtVerifier } from "../auth/jwt.ts";

/** What a token says besides when and how it was made. */
export interface TokenClaims {
  readonly mid: string;
  readonly key?: string | undefined;
  readonly room_id?: string | undefined;
  readonly platform?: string | undefined;
  readonly device?: string | undefined;
  readonly accepts?: readonly number[] | undefined;
  readonly rooms?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Readonly<Record<string, number>> | undefined;
}

export interface Minted {
  readonly token: string;
  /** Its jti. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface TokenMint {
  /**
   * `issuedAt` (Unix milliseconds): when it was last looked whether this user may have one, so that
   * what was revoked since means it. Fails with "too_large".
   */
  mint(claims: TokenClaims, life: { issuedAt: number; lifeMs: number }): Promise<Minted>;
}

export interface SigningConfig {
  /** At least 32 bytes. */
  readonly secret: string;
  /** "" = not said. */
  readonly issuer: string;
  readonly audience: string;
}

const HEADER = { alg: "HS256", kid: "goim-users" };
/** First part of every token of ours. */
const MARK = `${Buffer.from(JSON.stringify(HEADER)).toString("base64url")}.`;
const ID_BYTES = 16;
/** An auth packet holds 4096 bytes, some of which are the client's own wishes. */
const TOKEN_BYTES_MAX = 3584;

export function createTokenMint({ secret, issuer, audience }: SigningConfig): TokenMint {
  const key = new TextEncoder().encode(secret);
  return {
    mint: async (claims, { issuedAt, lifeMs }) => {
      const id = randomBytes(ID_BYTES).toString("base64url");
      const expiresAt = issuedAt + lifeMs;
      const payload = {
        ...claims,
        jti: id,
        // In the middle of its millisecond: read back it must not be the one before.
        iat: (issuedAt + 0.5) / 1000,
        exp: Math.ceil(expiresAt / 1000),
        ...(issuer === "" ? {} : { iss: issuer }),
        ...(audience === "" ? {} : { aud: audience }),
      };
      const token = await new SignJWT(payload).setProtectedHeader(HEADER).sign(key);
      if (token.length > TOKEN_BYTES_MAX) {
        const text = `the token would be larger than ${TOKEN_BYTES_MAX} bytes: fewer rooms`;
        throw new GoimError("too_large", text);
      }
      return { token, id, expiresAt: payload.exp * 1000 };
    },
  };
}

/**
 * Takes the tokens of the mint, whatever auth.mode says; what is none of them is left to that mode.
 * One that bears their mark and does not hold is refused here, and nobody else is asked.
 */
export async function createOwnTokens(
  { secret, issuer, audience, clockSkew }: SigningConfig & { readonly clockSkew: number },
  deps: { readonly clock: Pick<Clock, "now"> },
): Promise<OwnTokens> {
  const keys = { jwksFile: "", jwksUrl: "", jwksMaxAge: 1, jwksCooldown: 1, jwksTimeout: 1 };
  const checks = { issuer, audience, clockSkew, clientKeys: false };
  const verify = await createJwtVerifier({ hs256: secret, ...keys, ...checks }, deps);
  return {
    takes: (body) => {
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      if (!bytes.includes(MARK)) return false;
      try {
        return parseAuthBody(body).credential.startsWith(MARK);
      } catch {
        return false;
      }
    },
    verify,
  };
}

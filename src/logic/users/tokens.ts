/** Tokens that this system signs itself, and what takes them in again at a login. */
import { randomBytes } from "node:crypto";
import { errors, SignJWT } from "jose";
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import type { SigningKey } from "../../store/users.ts";
import { parseAuthBody } from "../auth/auth-body.ts";
import type { OwnTokens } from "../auth/authorizer.ts";
import { verifierWith } from "../auth/jwt.ts";
import { hmacKey } from "../auth/jwt-keys.ts";
import { isOwnKid, type SigningKeys } from "./signing.ts";

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
  readonly keys: SigningKeys;
  /** "" = not said. */
  readonly issuer: string;
  readonly audience: string;
}

const ALG = "HS256";
/** What every token of ours begins with: whole groups of three bytes of its header. */
const MARK = Buffer.from('{"alg":"HS256","kid":"goim-use').toString("base64url");
const ID_BYTES = 16;
/** An auth packet holds 4096 bytes, some of which are the client's own wishes. */
const TOKEN_BYTES_MAX = 3584;

export function createTokenMint({ keys, issuer, audience }: SigningConfig): TokenMint {
  return {
    mint: async (claims, { issuedAt, lifeMs }) => {
      const { kid, secret } = keys.current();
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
      const signed = new SignJWT(payload).setProtectedHeader({ alg: ALG, kid });
      const token = await signed.sign(new TextEncoder().encode(secret));
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
export function createOwnTokens(
  { keys, ...checks }: SigningConfig & { readonly clockSkew: number },
  deps: { readonly clock: Pick<Clock, "now"> },
): OwnTokens {
  const ready = new WeakMap<SigningKey, ReturnType<typeof hmacKey>>();
  const keyOf = async ({ alg, kid = "" }: { alg: string; kid?: string | undefined }) => {
    const found = alg === ALG ? keys.find(kid) : undefined;
    if (found === undefined) throw new errors.JWKSNoMatchingKey();
    let made = ready.get(found);
    if (made === undefined) {
      made = hmacKey(Buffer.from(found.secret));
      ready.set(found, made);
    }
    return await made;
  };
  // How long these live was decided when they were made.
  const verify = verifierWith(keyOf, { ...checks, clientKeys: false, maxTokenLife: 0 }, deps);
  return {
    takes: (body) => {
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      if (!bytes.includes(MARK)) return false;
      try {
        return isOwnToken(parseAuthBody(body).credential);
      } catch {
        return false;
      }
    },
    verify,
  };
}

function isOwnToken(credential: string): boolean {
  if (!credential.startsWith(MARK)) return false;
  const head = credential.slice(0, credential.indexOf("."));
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid?: unknown };
  return isOwnKid(kid);
}

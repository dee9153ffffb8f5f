/** The keys that tokens are signed with: a shared secret, a file, an address. */
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type CryptoKey,
  createRemoteJWKSet,
  errors,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
} from "jose";
import { messageOf } from "../../kit/errors.ts";

/** What is taken; `none` and everything else is refused before a key is looked for. */
export const ALGORITHMS = ["HS256", "RS256", "ES256", "EdDSA", "Ed25519"] as const;

type Key = CryptoKey | Uint8Array;
export type KeyOf = (header: JWTHeaderParameters) => Promise<Key>;

export interface JwtKeysConfig {
  readonly hs256: string;
  readonly jwksFile: string;
  readonly jwksUrl: string;
  readonly jwksMaxAge: number;
  readonly jwksCooldown: number;
  readonly jwksTimeout: number;
}

interface KnownKey {
  /** Undefined: it answers to every kid, and to none. */
  readonly kid: string | undefined;
  readonly algorithms: readonly string[];
  readonly key: Key;
}

/**
 * Finds the key of a token's header. A key is bound to its algorithm: a public one can never be
 * taken for the secret of HS256. Fails with jose's JWKSNoMatchingKey when there is none.
 */
export async function openJwtKeys(config: JwtKeysConfig): Promise<KeyOf> {
  const known: KnownKey[] = config.jwksFile === "" ? [] : await readKeys(config.jwksFile);
  if (config.hs256 !== "") {
    const key = await hmacKey(Buffer.from(config.hs256));
    known.push({ kid: undefined, algorithms: ["HS256"], key });
  }
  const remote =
    config.jwksUrl === ""
      ? undefined
      : createRemoteJWKSet(new URL(config.jwksUrl), {
          cacheMaxAge: config.jwksMaxAge,
          cooldownDuration: config.jwksCooldown,
          timeoutDuration: config.jwksTimeout,
        });
  return async (header) => {
    const found = pick(known, header);
    if (found !== undefined) return found.key;
    // A set at an address is public: a secret has no place in it.
    if (remote === undefined || header.alg === "HS256") throw new errors.JWKSNoMatchingKey();
    return await remote(header);
  };
}

/** By kid and algorithm; without a kid only where there is no choice. */
function pick(known: readonly KnownKey[], { kid, alg }: JWTHeaderParameters): KnownKey | undefined {
  const fitting = known.filter(({ algorithms }) => algorithms.includes(alg));
  if (kid !== undefined) {
    const named = fitting.find((one) => one.kid === kid);
    return named ?? fitting.find((one) => one.kid === undefined);
  }
  return fitting.length === 1 ? fitting[0] : fitting.find((one) => one.kid === undefined);
}

async function readKeys(file: string): Promise<KnownKey[]> {
  try {
    const { keys } = JSON.parse(readFileSync(file, "utf8")) as { keys: JWK[] };
    return await Promise.all(keys.map(knownKey));
  } catch (cause) {
    throw new Error(`auth.jwksFile ${file}: ${messageOf(cause)}`, { cause });
  }
}

async function knownKey(jwk: JWK): Promise<KnownKey> {
  const algorithms = algorithmsOf(jwk);
  const [first] = algorithms;
  if (first === undefined) throw new Error(`the key ${jwk.kid ?? ""} is of no kind that is taken`);
  // Only to verify with: the private half of a pair is not needed, and not kept.
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...half } = jwk;
  const key = await importJWK(half as JWK, first);
  return { kid: jwk.kid, algorithms, key: key instanceof Uint8Array ? await hmacKey(key) : key };
}

/** Made once: of bytes jose makes a key for every token, which is half the time of a check. */
export async function hmacKey(secret: Uint8Array): Promise<CryptoKey> {
  const kind = { name: "HMAC", hash: "SHA-256" };
  return await webcrypto.subtle.importKey("raw", secret, kind, false, ["verify"]);
}

function algorithmsOf({ kty, crv, alg }: JWK): readonly string[] {
  const fitting = kindOf(kty, crv);
  return alg === undefined ? fitting : fitting.filter((one) => one === alg);
}

function kindOf(kty: string | undefined, crv: string | undefined): readonly string[] {
  if (kty === "oct") return ["HS256"];
  if (kty === "RSA") return ["RS256"];
  if (kty === "EC" && crv === "P-256") return ["ES256"];
  return kty === "OKP" && crv === "Ed25519" ? ["EdDSA", "Ed25519"] : [];
}

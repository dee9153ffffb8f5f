/** Signed tokens as an issuer would make them, and as an attacker would. */
import { createHmac } from "node:crypto";

export const SECRET = "a shared secret of thirty-two bytes!!";

type Claims = Readonly<Record<string, unknown>>;

const part = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** HS256, with whatever header and secret; `claims` may be JSON text, for large numbers. */
export function hs256(claims: Claims | string, header: Claims = {}, secret = SECRET): string {
  const signed = `${part({ alg: "HS256", typ: "JWT", ...header })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** Unsigned, as `alg: none` has it. */
export function unsigned(claims: Claims): string {
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
}

/** Seconds since 1970, `after` from now. */
export const inSeconds = (after: number) => Math.floor(Date.now() / 1000) + after;

/** Tokens as an issuer would sign them (HS256), for a system that takes no unsigned ones. */
import { createHmac } from "node:crypto";

/** Seconds that a token of a run is good. */
const LIFE_S = 86_400;

const part = (text: string) => Buffer.from(text).toString("base64url");
const HEAD = part('{"alg":"HS256","typ":"JWT"}');

/** `claims`: JSON text of an object. Without a secret they are the token, as goim has it. */
export function tokenOf(claims: string, secret: string, nowMs: number = Date.now()): string {
  if (secret === "") return claims;
  const exp = Math.floor(nowMs / 1000) + LIFE_S;
  const signed = `${HEAD}.${part(`{"exp":${exp},${claims.slice(1)}`)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** Whom a restriction is about, in the one form that connections are compared with. */
import { isIP } from "node:net";
import type { Restriction } from "../../bus/restrictions.ts";
import { plainAddress } from "../../kit/plain-address.ts";

type Subject = Pick<Restriction, "by" | "value">;

const INT64_MAX = 2n ** 63n - 1n;

/** Why nobody can ever be meant by it; undefined = somebody can. */
export function whyNobody({ by, value }: Subject): string | undefined {
  if (by === "user" && !isMid(value)) {
    return "a user is a mid: a whole number from 1 to 2^63-1 without zeros before it";
  }
  if (by === "ip" && value.includes("/")) {
    return "ranges of addresses are not taken: restrict each address, or refuse them at your proxy";
  }
  return by === "ip" && isIP(value) === 0 ? "not an address of IPv4 or IPv6" : undefined;
}

/** Addresses as comet and logic write those of clients; the others are compared as they are. */
export function subjectValue({ by, value }: Subject): string {
  // Once more for forms of a mapped address that only its plain form shows as one.
  return by === "ip" && isIP(value) !== 0 ? plainAddress(plainAddress(value)) : value;
}

function isMid(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= INT64_MAX;
}

import { isIPv6 } from "node:net";

const MAPPED = /^(?:::|(?:0{1,4}:){5})ffff:(.+)$/i;

/**
 * A peer's address as people write it: an IPv4 address inside IPv6 comes out as IPv4, IPv6 without
 * its zeros. uWebSockets.js and node:net write the same peer differently.
 */
export function plainAddress(text: string): string {
  if (!text.includes(":")) return text;
  const inner = MAPPED.exec(text)?.[1];
  if (inner === undefined) {
    // A zone ("%eth0") is legal for a peer and not for a URL.
    const plain = isIPv6(text) && !text.includes("%");
    return plain ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
  }
  if (inner.includes(".")) return inner;
  const [high = 0, low = 0] = inner.split(":").map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

import type { CometInfo } from "./bus.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeComet(info: CometInfo): Uint8Array {
  return encoder.encode(JSON.stringify(info));
}

/** Undefined for what is no entry of a comet: the bucket is open to whoever has the rights. */
export function decodeComet(data: Uint8Array): CometInfo | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(data));
  } catch {
    return undefined;
  }
  return isComet(value) ? value : undefined;
}

const texts = ["id", "incarnation", "region", "zone", "env", "hostname", "version"] as const;
const numbers = ["weight", "connections", "ips", "updatedAt"] as const;

function isComet(value: unknown): value is CometInfo {
  if (typeof value !== "object" || value === null) return false;
  const info = value as Partial<Record<keyof CometInfo, unknown>>;
  return (
    texts.every((name) => typeof info[name] === "string") &&
    numbers.every((name) => typeof info[name] === "number") &&
    typeof info.offline === "boolean" &&
    Array.isArray(info.addrs) &&
    info.addrs.every((address) => typeof address === "string")
  );
}

import { GoimError, isGoimError } from "../kit/errors.ts";

/** Fails with "invalid" for bytes that are no such message. */
export function decode<T>(type: { decode(data: Uint8Array): T }, data: Uint8Array): T {
  try {
    return type.decode(data);
  } catch (cause) {
    throw new GoimError("invalid", "the request cannot be read", { cause });
  }
}

/** A failure as the replies carry it; a bug is thrown on. */
export function errorFields(error: unknown): { error: string; errorText: string } {
  if (!isGoimError(error)) throw error;
  return { error: error.code, errorText: error.message };
}

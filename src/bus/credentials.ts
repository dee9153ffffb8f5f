import { readFileSync } from "node:fs";
import { type Authenticator, credsAuthenticator } from "@nats-io/nats-core";
import { GoimError, messageOf } from "../kit/errors.ts";

/**
 * Who a NATS credentials file says we are. It is read at every connect, because such files are
 * replaced before they expire; while it cannot be read the last content counts. Throws GoimError
 * "invalid" when it is no such file at the start.
 */
export function credentialsIn(path: string): Authenticator {
  let content: Uint8Array;
  try {
    content = readFileSync(path);
    credsAuthenticator(content)("");
  } catch (cause) {
    const text = `the NATS credentials in ${path} cannot be used: ${messageOf(cause)}`;
    throw new GoimError("invalid", text, { cause });
  }
  return credsAuthenticator(() => {
    try {
      content = readFileSync(path);
    } catch {
      // Being replaced just now, or gone: the server decides about the old ones.
    }
    return content;
  });
}

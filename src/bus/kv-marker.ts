import type { StoredWithHeaders } from "./bus.ts";

/** Header that says what a KV message is when it is no value: DEL or PURGE. */
export const operationHeader = "KV-Operation";

/** Whether a stored message means that the key has no value. */
export function isMarker(message: Pick<StoredWithHeaders, "header">): boolean {
  return (
    message.header(operationHeader) !== undefined ||
    // Written by the server when a value expires, where a bucket asks for such markers.
    message.header("Nats-Marker-Reason") !== undefined
  );
}

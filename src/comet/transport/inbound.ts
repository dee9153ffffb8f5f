import { messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import { CloseCode } from "../../protocol/close-code.ts";
import { type FrameFault, faultText, type Packet } from "../../protocol/frame.ts";
import type { Connection, TransportEvents } from "./transport.ts";

let lastId = 0;

/** Ids for connections of every transport of this process. */
export function nextConnectionId(): number {
  lastId += 1;
  return lastId;
}

/** Ends a connection whose bytes are no packet. */
export function closeForFault(connection: Connection, fault: FrameFault): void {
  const code = fault === "too_large" ? CloseCode.TooLarge : CloseCode.Malformed;
  connection.close(code, faultText[fault]);
}

/**
 * Hands a packet up. A bug that one client's packet meets ends that client, not everybody on this
 * process: it is logged with its stack, and a throw inside uWebSockets.js would end the process.
 */
export function deliver(
  connection: Connection,
  packet: Packet,
  deps: { readonly events: TransportEvents; readonly log: Log },
): void {
  try {
    deps.events.onPacket(connection, packet);
  } catch (error) {
    deps.log.error({ err: error, op: packet.op }, `a packet met a bug: ${messageOf(error)}`);
    connection.close(CloseCode.Internal, "internal error");
  }
}

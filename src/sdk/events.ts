import type { GoimClientError } from "./errors.ts";
import type { ClientState } from "./state.ts";
import type { Counts } from "./wire.ts";

/** What `client.on` tells of. */
export interface ClientEvents {
  state: ClientState;
  /** Something went wrong that no call of the app is waiting for. */
  error: GoimClientError;
  /** Connections in each joined room over all servers; comes with each heartbeat. */
  counts: Counts;
  /** The user's log began anew: its epoch. Messages may be missing before what follows. */
  reset: { readonly epoch: string };
  /** The mailbox dropped messages this client has not had: the oldest one it kept. */
  truncated: { readonly oldest: number };
  /** Keyed messages and broadcasts that the app was too slow for. */
  dropped: { readonly log: "key" | "all" | "any"; readonly offset: number };
  /** The server stored the acknowledgement of everything up to this offset. */
  acked: { readonly offset: number };
}

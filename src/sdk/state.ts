import type { CloseCause } from "./connection.ts";

/** Where the connection stands; what a page may show as it is. */
export type ClientState =
  /** `connect` was not called yet. */
  | { readonly name: "idle" }
  /** An address is asked for, a socket opens, or the login waits for its answer. */
  | { readonly name: "connecting" }
  | {
      readonly name: "online";
      readonly url: string;
      /** Of the protocol: 1 = an old server, without offsets, history and publishing. */
      readonly version: 1 | 2;
    }
  /** Between two tries: why, and when the next one is (Unix time, ms). */
  | { readonly name: "waiting"; readonly retryAt: number; readonly cause: CloseCause }
  /** For good: by `close`, or because the server does not want this client. */
  | { readonly name: "closed"; readonly cause: CloseCause };

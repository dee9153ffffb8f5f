/** What clients send up and nobody else handles: counted and shown at level debug, as in goim. */
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";

export interface Received {
  /** Decimal text. */
  readonly mid: string;
  readonly key: string;
  readonly room: string;
  readonly op: number;
  readonly bodyBytes: number;
}

export type Receive = (message: Received) => void;

export function createReceive(deps: { log: Log; metrics: Metrics }): Receive {
  let count = 0;
  deps.metrics.countOf("receive_total", "Messages that clients sent up", () => count);
  return (message) => {
    count++;
    deps.log.debug(message, "received");
  };
}

import type { PushMessage } from "./push-batch.ts";

/** What is done with the messages of a shard: cast.ts for rooms, dispatch.ts for users and keys. */
export interface Spreader {
  /** A message that a former owner has spread: it is only remembered. */
  remember(message: PushMessage): void;
  /**
   * Spreads one message; `finished` is called when its effect is there. Undefined when it was
   * taken, or why nobody could ever spread it.
   */
  take(message: PushMessage, finished: () => void): string | undefined;
  /** The reader may have missed something before the next message. */
  doubt(): void;
  /** Goes on after `mayAct` was false for a while. */
  resume(): void;
  /** Does nothing more; what is unfinished stays so. */
  stop(): void;
}

import type { Channel } from "./channel.ts";

/** What becomes of the acknowledgements of version 2 (op 18). */
export interface Acks {
  /**
   * The client has done with everything of its user's log up to `offset`. False refuses: that is
   * beyond what the connection was sent. `onStored`, where it is asked for, is called once, when
   * the cursor is stored; never when the connection is closed before.
   */
  acked(channel: Channel, offset: number, onStored: (() => void) | undefined): boolean;
}

/** Takes acknowledgements without keeping them anywhere. */
export const forgetfulAcks: Acks = {
  acked(channel, offset, onStored) {
    if (channel.mid === "0" || offset > channel.lastUser) return false;
    onStored?.();
    return true;
  },
};

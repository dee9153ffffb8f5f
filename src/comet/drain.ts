import { type Clock, sleep } from "../kit/clock.ts";
import { CloseCode } from "../protocol/close-code.ts";
import type { Channel } from "./channel.ts";

const STEP_MS = 50;

/**
 * Closes channels evenly over `spreadMs`, each step up to half as large again or half as small: the
 * clients of several comets that are restarted together do not come back in waves. Channels that
 * connect meanwhile are closed too.
 */
export async function closePaced(
  options: { readonly spreadMs: number },
  deps: {
    readonly channels: () => Iterable<Channel>;
    readonly size: () => number;
    readonly clock: Clock;
    readonly random: () => number;
  },
): Promise<void> {
  const { channels, size, clock, random } = deps;
  const end = clock.monotonic() + options.spreadMs;
  while (size() > 0) {
    const stepsLeft = Math.max(1, Math.ceil((end - clock.monotonic()) / STEP_MS));
    const even = size() / stepsLeft;
    let left = stepsLeft === 1 ? size() : Math.ceil(even * (0.5 + random()));
    for (const channel of channels()) {
      // Closed, but its client has not answered yet.
      if (channel.closed) continue;
      if (left-- <= 0) break;
      channel.close(CloseCode.GoingAway, "this server is going away, connect again");
    }
    if (size() > 0) await sleep(clock, STEP_MS);
  }
}

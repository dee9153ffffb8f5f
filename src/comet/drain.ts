import { type Clock, sleep } from "../kit/clock.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { Operation } from "../protocol/operation.ts";
import { encodeJson, type GoAwayBody } from "../protocol/v2.ts";
import { type Channel, ChannelState } from "./channel.ts";

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

/** Clients told between two yields. */
const TELL_SLICE = 500;

/**
 * Asks the clients of version 2 to go elsewhere by themselves, also those that log in meanwhile.
 * Resolves when none is left, or at the deadline.
 */
export async function sendAway(
  options: { readonly deadlineMs: number; readonly jitterMs: number },
  deps: {
    readonly channels: () => Iterable<Channel>;
    readonly nodes: readonly string[];
    readonly clock: Clock;
  },
): Promise<void> {
  const { channels, nodes, clock } = deps;
  const end = clock.monotonic() + options.deadlineMs;
  const told = new WeakSet<Channel>();
  for (;;) {
    const deadline = (end - clock.monotonic()) / 1000;
    const jitter = Math.min(options.jitterMs / 1000, deadline);
    const packet = encodeJson(Operation.GoAway, 0, { nodes, deadline, jitter } as GoAwayBody);
    let slice = 0;
    let left = 0;
    for (const channel of channels()) {
      if (channel.version === 1 || channel.closed) continue;
      left++;
      if (channel.state !== ChannelState.Open || told.has(channel)) continue;
      told.add(channel);
      channel.reply(packet);
      if (++slice % TELL_SLICE === 0) await new Promise<void>((done) => clock.yield(done));
    }
    if (left === 0 || clock.monotonic() >= end) return;
    await sleep(clock, STEP_MS);
  }
}

/** Those of one protocol version. */
export function* ofVersion(channels: Iterable<Channel>, version: 1 | 2): Iterable<Channel> {
  for (const channel of channels) if (channel.version === version) yield channel;
}

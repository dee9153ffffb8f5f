/** Small pieces of code in a loop: what one call costs. */
import { createCoalesce } from "../src/comet/coalesce.ts";
import { cometConfig } from "../src/comet/config.ts";
import { loadConfig } from "../src/kit/config.ts";
import { encodePacket, readPackets } from "../src/protocol/frame.ts";
import { encodeBatch } from "../src/protocol/frame-batch.ts";
import { Operation } from "../src/protocol/operation.ts";

const SAMPLES = 7;
const SAMPLE_MS = 150;
/** Calls between two looks at the clock. */
const CALLS = 256;

/** Nanoseconds of one call, so many samples; what is warm already is not measured. */
function nanosecondsOf(call: () => unknown): number[] {
  let kept: unknown;
  const sample = () => {
    let calls = 0;
    const start = performance.now();
    let end = start;
    while (end - start < SAMPLE_MS) {
      for (let i = 0; i < CALLS; i++) kept = call();
      calls += CALLS;
      end = performance.now();
    }
    return ((end - start) * 1e6) / calls;
  };
  sample();
  const samples = Array.from({ length: SAMPLES }, sample);
  // A result that nobody looks at may be optimised away, and the call with it.
  if (kept === nanosecondsOf) throw new Error("impossible");
  return samples;
}

/** Name -> nanoseconds of one call. */
export type Micro = Readonly<Record<string, () => number[]>>;

const body = new Uint8Array(64).fill(120);
const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ op: 1000, body, offset: 1024 * (index + 1) }));

export const codec: Micro = {
  "encode 20 messages, version 1": () => {
    const batch = entries(20);
    return nanosecondsOf(() => encodeBatch(batch).ws);
  },
  "encode 20 messages, version 2": () => {
    const batch = entries(20);
    return nanosecondsOf(() => encodeBatch(batch, 16).v2);
  },
  "read a heartbeat": () => {
    const frame = encodePacket({ ver: 1, op: Operation.Heartbeat, seq: 1 });
    return nanosecondsOf(() => readPackets(frame));
  },
};

export const coalescer: Micro = {
  "when to flush": () => {
    const coalesce = createCoalesce(loadConfig(cometConfig, { env: {} }).room, {
      intervalMs: (members) => members / 100,
    });
    const gathered = { members: 5000, entries: 4, bytes: 256, firstAt: 1000, lastFlushAt: 950 };
    return nanosecondsOf(() => coalesce(gathered));
  },
};

import { setTimeout as pause } from "node:timers/promises";
import { nowMs } from "./message.ts";

const LOOK_EVERY_MS = 50;

/** Waits until `count` has come to what is expected, but not for ever. */
export async function settled(
  count: () => number,
  expected: number,
  settleMs: number,
): Promise<void> {
  const deadlineMs = nowMs() + settleMs;
  while (count() < expected && nowMs() < deadlineMs) await pause(LOOK_EVERY_MS);
}

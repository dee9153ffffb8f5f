/** The thread of pacer.ts: sleeps until a push is due and says so. */
import { parentPort, workerData } from "node:worker_threads";
import { nowMs } from "./message.ts";
import type { PacerTask } from "./pacer.ts";

const { beganMs, rate, pushes, stop } = workerData as PacerTask;
let at = 0;
while (at < pushes && Atomics.load(stop, 0) === 0) {
  const leftMs = beganMs + (at * 1000) / rate - nowMs();
  if (leftMs > 0) Atomics.wait(stop, 0, 0, leftMs);
  const due = Math.min(pushes, Math.floor(((nowMs() - beganMs) * rate) / 1000) + 1);
  if (due === at) continue;
  at = due;
  parentPort?.postMessage(at);
}

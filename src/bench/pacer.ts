/** Tells when pushes are due, to a tenth of a millisecond and without keeping a core busy. */
import { startThread } from "./thread.ts";

/** What the thread is told. */
export interface PacerTask {
  /** Of the first push, `nowMs`. */
  readonly beganMs: number;
  /** Pushes per second. */
  readonly rate: number;
  readonly pushes: number;
  /** Not 0 = ends. */
  readonly stop: Int32Array;
}

/**
 * Calls `onDue` when a push is due, once for several that are due together, and resolves when all
 * were or the signal aborts. A timer of Node's would come half a millisecond late on average, and a
 * loop that looks at the clock would take a core from what is measured: so a thread sleeps.
 */
export async function paced(
  task: Omit<PacerTask, "stop">,
  signal: AbortSignal,
  onDue: () => void,
): Promise<void> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const thread = startThread("pacer-thread", { ...task, stop } satisfies PacerTask);
  const end = () => {
    Atomics.store(stop, 0, 1);
    Atomics.notify(stop, 0);
  };
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    await new Promise<void>((resolve, reject) => {
      thread.on("message", onDue);
      thread.once("error", reject);
      thread.once("exit", () => resolve());
    });
  } finally {
    signal.removeEventListener("abort", end);
  }
}

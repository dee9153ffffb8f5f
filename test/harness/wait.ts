import { messageOf } from "../../src/kit/errors.ts";

export interface WaitOptions {
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Time between two looks. Default 10 ms. */
  readonly everyMs?: number;
  /** Text, or what makes it at the end, for the message of a failure. */
  readonly describe?: string | (() => string);
}

type Falsy = false | 0 | "" | null | undefined;

/**
 * Looks until `condition` gives something true and resolves to that. A condition that throws counts
 * as not yet true; its last error is in the failure's message and cause.
 */
export async function waitFor<T>(
  condition: () => T | Falsy | Promise<T | Falsy>,
  options: WaitOptions = {},
): Promise<T> {
  const { timeoutMs = 10_000, everyMs = 10, describe = "a condition" } = options;
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await within(condition(), deadline - performance.now());
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) break;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  const what = typeof describe === "function" ? describe() : describe;
  const why = last === undefined ? "" : `: ${messageOf(last)}`;
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}${why}`, { cause: last });
}

/** A condition that never settles must not outlive the deadline: its promise is given up. */
async function within<T>(value: T | Promise<T>, restMs: number): Promise<T> {
  if (!(value instanceof Promise)) return value;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the condition gave no answer")), restMs);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}

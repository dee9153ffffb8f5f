/**
 * One question to the user's own code: a NATS request on `goim.hook.<name>`, JSON both ways, within
 * a deadline. What holds when nobody answers is said once, in the configuration.
 */
import type { Bus } from "../../bus/bus.ts";
import { goimHeaders, newTraceparent } from "../../bus/headers.ts";
import type { Clock } from "../../kit/clock.ts";
import { errorTable, GoimError, isGoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";

export interface HookConfig {
  /** Milliseconds until the answer has to be there. */
  readonly timeout: number;
  /** Without an answer: "open" goes on as if there were no hook, "closed" refuses. */
  readonly whenFailing: "open" | "closed";
  /** Questions on their way at once; one beyond counts as not answered. */
  readonly inFlightMax: number;
}

export interface HookDeps {
  readonly bus: Pick<Bus, "request" | "subjects">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: HookMetrics;
}

/** Asks; `T` is what the caller's `parse` makes of the JSON that came. */
export interface Hook<T> {
  /** Questions on their way. */
  readonly inFlight: number;
  /**
   * Resolves to the answer; to undefined when there is none and the hook is open. Fails with
   * GoimError: "unavailable" when there is none and it is closed; or with the code and the text of
   * the hook's own refusal (`Goim-Error-Code` or `Nats-Service-Error-Code`) where that is no code
   * that passes by itself. `headers` are made by `headerText`.
   */
  ask(question: object, headers?: Readonly<Record<string, string>>): Promise<T | undefined>;
}

/** Shared by all hooks of a process. */
export interface HookMetrics {
  done(hook: string, result: HookResult, seconds: number): void;
}

export type HookResult = "answered" | "refused" | "failed_open" | "failed_closed";

export function createHookMetrics(metrics: Metrics): HookMetrics {
  const results = metrics.counter("hook_total", "Questions to hooks", ["hook", "result"]);
  const took = metrics.histogram("hook_seconds", "Time until a hook answered", ["hook"]);
  return {
    done: (hook, result, seconds) => {
      results.inc({ hook, result });
      took.observe({ hook }, seconds);
    },
  };
}

/** Time between two log lines about a hook that does not answer. */
const COMPLAIN_MS = 5_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The hook `goim.hook.<name>`. `parse` throws for an answer that it does not understand, which then
 * counts as none.
 */
export function createHook<T>(
  name: string,
  config: HookConfig,
  parse: (answer: unknown) => T,
  deps: HookDeps,
): Hook<T> {
  const { bus, clock, log, metrics } = deps;
  const subject = bus.subjects.hook(name);
  let inFlight = 0;
  let complainedAt = Number.NEGATIVE_INFINITY;

  const failed = (error: unknown): HookResult => {
    const now = clock.monotonic();
    if (now - complainedAt >= COMPLAIN_MS) {
      complainedAt = now;
      const { whenFailing } = config;
      log.warn({ hook: name, whenFailing, error: messageOf(error) }, "a hook gave no answer");
    }
    return config.whenFailing === "open" ? "failed_open" : "failed_closed";
  };

  const request = async (question: object, headers: Readonly<Record<string, string>>) => {
    if (inFlight >= config.inFlightMax) {
      throw new GoimError("busy", `${inFlight} questions to the hook are on their way`);
    }
    inFlight++;
    try {
      const answer = await bus.request(subject, encoder.encode(JSON.stringify(question)), {
        timeoutMs: config.timeout,
        headers: {
          ...headers,
          [goimHeaders.hook]: name,
          [goimHeaders.deadline]: String(clock.now() + config.timeout),
          [goimHeaders.traceparent]: newTraceparent(),
        },
      });
      return parse(JSON.parse(decoder.decode(answer)));
    } finally {
      inFlight--;
    }
  };

  return {
    get inFlight() {
      return inFlight;
    },
    ask: async (question, headers = {}) => {
      const startedMs = clock.monotonic();
      let result: HookResult = "answered";
      try {
        return await request(question, headers);
      } catch (error) {
        result = isRefusal(error) ? "refused" : failed(error);
        if (result === "failed_open") return undefined;
        if (result === "refused") throw error;
        const text = `the hook ${name} gave no answer`;
        throw new GoimError("unavailable", text, { cause: error });
      } finally {
        metrics.done(name, result, (clock.monotonic() - startedMs) / 1000);
      }
    },
  };
}

/** The hook has said no, in contrast to one that could not say anything. */
function isRefusal(error: unknown): error is GoimError {
  return isGoimError(error) && error.code !== "internal" && !errorTable[error.code].retry;
}

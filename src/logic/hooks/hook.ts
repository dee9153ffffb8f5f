/**
 * One question to the user's own code: a NATS request on `goim.hook.<name>`, or a POST, JSON both
 * ways, within a deadline. What holds when nobody answers is said once, in the configuration.
 */
import type { Bus } from "../../bus/bus.ts";
import { goimHeaders, newTraceparent } from "../../bus/headers.ts";
import type { Clock } from "../../kit/clock.ts";
import { GoimError, isGoimError, isRetryable, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { Semaphore } from "../../kit/semaphore.ts";
import { postQuestion } from "./post-question.ts";

export interface HookConfig {
  /** Milliseconds until the answer of one try has to be there. */
  readonly timeout: number;
  /** Without an answer: "open" goes on as if there were no hook, "closed" refuses. */
  readonly whenFailing: "open" | "closed";
  /** Questions on their way at once. */
  readonly inFlightMax: number;
  /** Questions that wait for that; one beyond counts as not answered. Default 0. */
  readonly waitingMax?: number;
  /** Further tries when there is no answer. Default 0. */
  readonly retries?: number;
  /** Largest answer, bytes. Default: what NATS carries, 64 KiB over HTTP. */
  readonly answerBytesMax?: number;
  /** Where questions are posted; none: they are NATS requests. */
  readonly url?: string;
}

export interface HookDeps {
  readonly bus: Pick<Bus, "request" | "subjects">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** Asks; `T` is what the caller's `parse` makes of the text that came. */
export interface Hook<T> {
  /** Questions on their way. */
  readonly inFlight: number;
  /** Those that wait for a place. */
  readonly waiting: number;
  /**
   * Resolves to the answer; to undefined when there is none and the hook is open. Fails with
   * GoimError: "unavailable" when there is none and it is closed; or with the code and the text of
   * the hook's own refusal (`Goim-Error-Code` or `Nats-Service-Error-Code`) where that is no code
   * that passes by itself. `headers` are made by `headerText`.
   */
  ask(question: object, headers?: Readonly<Record<string, string>>): Promise<T | undefined>;
}

export type HookResult = "answered" | "refused" | "failed_open" | "failed_closed";

interface HookMetrics {
  done(hook: string, result: HookResult, seconds: number): void;
  /** `waiting` counts in the questions that wait. */
  waits(waiting: () => number): void;
}

/** Hooks are made in several places, and all count in the same metrics. */
const shared = new WeakMap<Metrics, HookMetrics>();

function hookMetrics(metrics: Metrics): HookMetrics {
  const known = shared.get(metrics);
  if (known !== undefined) return known;
  const results = metrics.counter("hook_total", "Questions to hooks", ["hook", "result"]);
  const took = metrics.histogram("hook_seconds", "Time until a hook answered", "hook");
  const waits: (() => number)[] = [];
  const text = "Questions that wait for a place among those on their way";
  metrics.levelOf("hook_waiting", text, () => waits.reduce((sum, one) => sum + one(), 0));
  const made: HookMetrics = {
    done: (hook, result, seconds) => {
      results.inc({ hook, result });
      took.observe(seconds, hook);
    },
    waits: (waiting) => waits.push(waiting),
  };
  shared.set(metrics, made);
  return made;
}

/** Time between two log lines about a hook that does not answer. */
const COMPLAIN_MS = 5_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** Of a hook's own words to the client. */
const TEXT_CHARS_MAX = 100;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The hook `goim.hook.<name>`. `parse` throws for an answer that it does not understand, which then
 * counts as none.
 */
export function createHook<T>(
  name: string,
  config: HookConfig,
  parse: (answer: string) => T,
  deps: HookDeps,
): Hook<T> {
  const { clock, log } = deps;
  const { waitingMax = 0, inFlightMax, whenFailing } = config;
  const send = config.url === undefined ? natsSend(name, config, deps) : httpSend(config, deps);
  const metrics = hookMetrics(deps.metrics);
  const places = new Semaphore(inFlightMax);
  metrics.waits(() => places.waiting);
  let inFlight = 0;
  let complainedAt = Number.NEGATIVE_INFINITY;

  const failed = (error: unknown): HookResult => {
    const now = clock.monotonic();
    if (now - complainedAt >= COMPLAIN_MS) {
      complainedAt = now;
      log.warn({ hook: name, whenFailing, error: messageOf(error) }, "a hook gave no answer");
    }
    return whenFailing === "open" ? "failed_open" : "failed_closed";
  };

  const request = async (question: object, headers: Readonly<Record<string, string>>) => {
    if (inFlight >= inFlightMax && places.waiting >= waitingMax) {
      throw new GoimError("busy", `${inFlight} questions to the hook are on their way`);
    }
    const answer = await places.run(async () => {
      inFlight++;
      try {
        return await send(JSON.stringify(question), {
          ...headers,
          [goimHeaders.hook]: name,
          [goimHeaders.deadline]: String(clock.now() + allTries(config)),
          [goimHeaders.traceparent]: newTraceparent(),
        });
      } finally {
        inFlight--;
      }
    });
    return parse(decoder.decode(answer));
  };

  return {
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return places.waiting;
    },
    ask: async (question, headers = {}) => {
      const startedMs = clock.monotonic();
      let result: HookResult = "answered";
      try {
        return await request(question, headers);
      } catch (error) {
        const refusal = isRefusal(error);
        result = refusal ? "refused" : failed(error);
        if (refusal) throw new GoimError(error.code, shortened(error.message), { cause: error });
        if (result === "failed_open") return undefined;
        const text = `the hook ${name} gave no answer`;
        throw new GoimError("unavailable", text, { cause: error });
      } finally {
        metrics.done(name, result, (clock.monotonic() - startedMs) / 1000);
      }
    },
  };
}

type Send = (question: string, headers: Readonly<Record<string, string>>) => Promise<Uint8Array>;

function allTries({ timeout, retries = 0 }: HookConfig): number {
  return timeout * (retries + 1);
}

function natsSend(name: string, config: HookConfig, { bus }: HookDeps): Send {
  const subject = bus.subjects.hook(name);
  const { timeout: timeoutMs, retries = 0, answerBytesMax = Number.POSITIVE_INFINITY } = config;
  return async (question, headers) => {
    const answer = await bus.request(subject, Buffer.from(question), {
      ...{ timeoutMs, retries, headers },
    });
    if (answer.length > answerBytesMax) throw new Error("the answer is too large");
    return answer;
  };
}

function httpSend(config: HookConfig, { fetch: call = fetch }: HookDeps): Send {
  const { url = "", timeout, retries = 0, answerBytesMax = ANSWER_BYTES_MAX } = config;
  return async (question, headers) => {
    for (let tries = 0; ; tries++) {
      try {
        return await postQuestion({ call, url, timeout, answerBytesMax, headers }, question);
      } catch (error) {
        if (isGoimError(error) || tries >= retries) throw error;
      }
    }
  };
}

/** The hook has said no, in contrast to one that could not say anything. */
function isRefusal(error: unknown): error is GoimError {
  return isGoimError(error) && error.code !== "internal" && !isRetryable(error);
}

function shortened(text: string): string {
  return [...text].slice(0, TEXT_CHARS_MAX).join("");
}

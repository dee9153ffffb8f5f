/** goim.hook.message: the user's own filter looks at each message that clients send. */
import { z } from "zod";
import { GoimError } from "../../kit/errors.ts";
import { createHook, type HookDeps } from "../hooks/hook.ts";
import type { Speech } from "./speech.ts";

export interface MessageHookConfig {
  /** off: nobody is asked. open, closed: what happens to messages while there is no answer. */
  readonly hook: "off" | "open" | "closed";
  /** Milliseconds until there is none. */
  readonly hookTimeout: number;
  /** Questions on their way at once. */
  readonly hookInFlight: number;
}

const answerSchema = z.object({
  action: z.enum(["allow", "change", "deny"]),
  reason: z.string().max(500).optional(),
  body: z.string().optional(),
  bodyBase64: z.base64().optional(),
});

/** The body to be stored; throws "blocked" where the hook denies it. */
export type MessageHook = (speech: Speech, body: Uint8Array) => Promise<Uint8Array>;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function createMessageHook(
  config: MessageHookConfig,
  deps: HookDeps,
): MessageHook | undefined {
  const { hook: whenFailing, hookTimeout: timeout, hookInFlight: inFlightMax } = config;
  if (whenFailing === "off") return undefined;
  const results = deps.metrics.counter("moderation_hook_total", "What the hook said", ["result"]);
  const hook = createHook(
    "message",
    { timeout, whenFailing, inFlightMax, waitingMax: inFlightMax },
    (answer) => answerSchema.parse(JSON.parse(answer)),
    deps,
  );
  return async (speech, body) => {
    const answer = await hook.ask({ ...speech, ...bodyOf(body) });
    results.inc({ result: answer?.action ?? "failed" });
    if (answer === undefined || answer.action === "allow") return body;
    if (answer.action === "deny") {
      throw new GoimError("blocked", answer.reason ?? "not allowed here");
    }
    if (answer.bodyBase64 !== undefined) return Buffer.from(answer.bodyBase64, "base64");
    return answer.body === undefined ? body : new TextEncoder().encode(answer.body);
  };
}

function bodyOf(bytes: Uint8Array): { body: string } | { bodyBase64: string } {
  try {
    return { body: decoder.decode(bytes) };
  } catch {
    return { bodyBase64: Buffer.from(bytes).toString("base64") };
  }
}

/** goim.hook.message: the user's own filter looks at each message that clients send. */
import { z } from "zod";
import type { Bus } from "../../bus/bus.ts";
import { GoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Speech } from "./speech.ts";

export interface HookConfig {
  /** off: nobody is asked. open, closed: what happens to messages while there is no answer. */
  readonly hook: "off" | "open" | "closed";
  /** Milliseconds until there is none. */
  readonly hookTimeout: number;
}

export interface HookDeps {
  readonly bus: Pick<Bus, "request" | "subjects">;
  readonly log: Log;
  readonly metrics: Metrics;
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

export function createMessageHook(config: HookConfig, deps: HookDeps): MessageHook | undefined {
  if (config.hook === "off") return undefined;
  const { bus, log, metrics } = deps;
  const results = metrics.counter("moderation_hook_total", "Answers of the hook", ["result"]);
  const subject = bus.subjects.hook("message");
  const ask = async (speech: Speech, body: Uint8Array) => {
    const request = new TextEncoder().encode(JSON.stringify({ ...speech, ...bodyOf(body) }));
    const reply = await bus.request(subject, request, { timeoutMs: config.hookTimeout });
    return answerSchema.parse(JSON.parse(decoder.decode(reply)));
  };
  return async (speech, body) => {
    let answer: z.infer<typeof answerSchema>;
    try {
      answer = await ask(speech, body);
    } catch (error) {
      results.inc({ result: "failed" });
      log.debug({ error: messageOf(error) }, "the message hook gave no answer");
      if (config.hook === "open") return body;
      throw new GoimError("unavailable", "the message filter does not answer", { cause: error });
    }
    results.inc({ result: answer.action });
    if (answer.action === "deny") {
      throw new GoimError("blocked", answer.reason ?? "not allowed here");
    }
    if (answer.action === "allow") return body;
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

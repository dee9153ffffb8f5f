/** The user's own service decides about each login, over NATS or HTTP. */
import type { Bus } from "../../bus/bus.ts";
import { type ErrorCode, GoimError, isGoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { Semaphore } from "../../kit/semaphore.ts";
import { parseAuthBody } from "./auth-body.ts";
import { grantOf, readClaims } from "./claims.ts";
import { type AuthRequest, type Grant, unlimited } from "./grant.ts";
import { jsonMembers } from "./raw-json.ts";
import { parseToken } from "./token.ts";

export interface HookConfig {
  readonly mode: "nats" | "http";
  readonly url: string;
  /** Milliseconds. */
  readonly hookTimeout: number;
  readonly hookRetries: number;
  readonly hookInFlight: number;
  readonly hookWaiting: number;
  readonly hookAnswerBytes: number;
  readonly hookFailure: "closed" | "open";
}

export interface HookDeps {
  readonly bus: Pick<Bus, "request" | "subjects">;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

export type AskHook = (request: AuthRequest) => Promise<Grant>;

/** Resolves to the text of the answer; fails with "unavailable" or "timeout" without one. */
type Ask = (question: string) => Promise<string>;

export function createHook(config: HookConfig, deps: HookDeps): AskHook {
  const ask = config.mode === "nats" ? natsAsk(config, deps) : httpAsk(config, deps);
  const semaphore = new Semaphore(config.hookInFlight);
  const { metrics, log } = deps;
  const results = metrics.counter("auth_hook_total", "Logins by what the hook said", ["result"]);
  const waiting = "Logins that wait for a question to the hook";
  metrics.levelOf("auth_hook_waiting", waiting, () => semaphore.waiting);

  return async (request) => {
    if (semaphore.waiting >= config.hookWaiting) {
      throw new GoimError("busy", "too many logins wait for the connect hook");
    }
    const question = questionOf(request);
    let answer: string;
    try {
      answer = await semaphore.run(() => ask(question));
    } catch (error) {
      if (!isGoimError(error)) throw error;
      results.inc({ result: "failed" });
      log.warn({ error: error.message, policy: config.hookFailure }, "the connect hook failed");
      if (config.hookFailure === "open") return unlimited(parseToken(request.token));
      throw new GoimError("unavailable", "nobody can decide about logins now", { cause: error });
    }
    try {
      const grant = readAnswer(answer, request);
      results.inc({ result: "allowed" });
      return grant;
    } catch (error) {
      results.inc({ result: "refused" });
      throw error;
    }
  };
}

/** What the service is asked, as JSON: no header, so nothing in it can end a line. */
function questionOf(request: AuthRequest): string {
  const { comet, cookie, origin, clientIp, transport, version } = request;
  const { credential, asked } = parseAuthBody(request.token);
  const { mid, key, roomId: room_id, platform, accepts, device } = asked;
  return JSON.stringify({
    token: credential,
    asked: { mid, key, room_id, platform, accepts, device },
    ...{ comet, clientIp, transport, version, cookie, origin },
  });
}

const REFUSALS: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "busy", "invalid"]);
/** Of a hook's own words to the client. */
const TEXT_CHARS_MAX = 100;

/** `{"allow":true, …claims}` or `{"allow":false,"code":"forbidden","text":"…"}`. */
function readAnswer(answer: string, { token }: AuthRequest): Grant {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch (cause) {
    throw new GoimError("unavailable", "the connect hook answered with no JSON", { cause });
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new GoimError("unavailable", "the connect hook answered with no JSON object");
  }
  const allow = jsonMembers(answer).findLast(({ name }) => name === "allow")?.raw;
  if (allow === "true") {
    const rule = { mid: "client", key: "client" } as const;
    return grantOf(readClaims(answer), parseAuthBody(token).asked, rule);
  }
  const { code, text } = value as { code?: unknown; text?: unknown };
  const known = typeof code === "string" && REFUSALS.has(code) ? (code as ErrorCode) : "forbidden";
  const said = typeof text === "string" && text !== "" ? text : "this login is not allowed";
  throw new GoimError(known, [...said].slice(0, TEXT_CHARS_MAX).join(""));
}

function natsAsk(config: HookConfig, { bus }: HookDeps): Ask {
  const subject = bus.subjects.hook("connect");
  const options = { timeoutMs: config.hookTimeout, retries: config.hookRetries };
  return async (question) => {
    const answer = await bus.request(subject, Buffer.from(question), options);
    if (answer.length > config.hookAnswerBytes) {
      throw new GoimError("unavailable", "the connect hook's answer is too large");
    }
    return Buffer.from(answer).toString("utf8");
  };
}

function httpAsk(config: HookConfig, deps: HookDeps): Ask {
  const call = deps.fetch ?? fetch;
  return async (question) => {
    for (let tries = 0; ; tries++) {
      try {
        return await post(call, config, question);
      } catch (error) {
        if (tries < config.hookRetries) continue;
        throw new GoimError("unavailable", `auth.url: ${messageOf(error)}`, { cause: error });
      }
    }
  };
}

async function post(call: typeof fetch, config: HookConfig, question: string): Promise<string> {
  const response = await call(config.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: question,
    redirect: "error",
    signal: AbortSignal.timeout(config.hookTimeout),
  });
  const { status } = response;
  if (status === 401) return discarded(response, '{"allow":false,"code":"unauthorized"}');
  if (status === 403) return discarded(response, '{"allow":false,"code":"forbidden"}');
  if (status !== 200) {
    await response.body?.cancel();
    throw new Error(`status ${status}`);
  }
  return await textWithin(response, config.hookAnswerBytes);
}

async function discarded(response: Response, answer: string): Promise<string> {
  await response.body?.cancel();
  return answer;
}

async function textWithin(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

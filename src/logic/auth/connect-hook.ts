/** goim.hook.connect: the user's own service decides about each login, over NATS or HTTP. */
import { type ErrorCode, GoimError } from "../../kit/errors.ts";
import { createHook, type HookDeps } from "../hooks/hook.ts";
import { parseAuthBody } from "./auth-body.ts";
import { grantOf, readClaims } from "./claims.ts";
import { type AuthRequest, type Grant, unlimited } from "./grant.ts";
import { jsonMembers } from "./raw-json.ts";
import { parseToken } from "./token.ts";

export interface ConnectHookConfig {
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

export type AskConnect = (request: AuthRequest) => Promise<Grant>;

export function createConnectHook(config: ConnectHookConfig, deps: HookDeps): AskConnect {
  const { mode, url } = config;
  const hook = createHook(
    "connect",
    {
      timeout: config.hookTimeout,
      whenFailing: config.hookFailure,
      inFlightMax: config.hookInFlight,
      waitingMax: config.hookWaiting,
      retries: config.hookRetries,
      answerBytesMax: config.hookAnswerBytes,
      ...(mode === "http" ? { url } : {}),
    },
    readAnswer,
    deps,
  );
  return async (request) => {
    // However the hook is set: a crowd is no reason to let anybody in.
    if (hook.waiting >= config.hookWaiting) {
      throw new GoimError("busy", "too many logins wait for the connect hook");
    }
    const answer = await hook.ask(questionOf(request));
    if (answer === undefined) return unlimited(parseToken(request.token));
    if (answer instanceof GoimError) throw answer;
    const rule = { mid: "client", key: "client" } as const;
    return grantOf(readClaims(answer), parseAuthBody(request.token).asked, rule);
  };
}

/** What the service is asked, as JSON: no header, so nothing in it can end a line. */
function questionOf(request: AuthRequest): object {
  const { comet, cookie, origin, clientIp, transport, version } = request;
  const { credential, asked } = parseAuthBody(request.token);
  const { mid, key, roomId: room_id, platform, accepts, device } = asked;
  return {
    token: credential,
    asked: { mid, key, room_id, platform, accepts, device },
    ...{ comet, clientIp, transport, version, cookie, origin },
  };
}

const REFUSALS: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "busy", "invalid"]);
/** Of a hook's own words to the client. */
const TEXT_CHARS_MAX = 100;

/**
 * `{"allow":true, …claims}` is the text itself, for the digits of its mid;
 * `{"allow":false,"code":"forbidden","text":"…"}` is a refusal. Throws for what is no JSON object.
 */
function readAnswer(answer: string): string | GoimError {
  const value: unknown = JSON.parse(answer);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Error("the answer is no JSON object");
  }
  const allow = jsonMembers(answer).findLast(({ name }) => name === "allow")?.raw;
  if (allow === "true") return answer;
  const { code, text } = value as { code?: unknown; text?: unknown };
  const known = typeof code === "string" && REFUSALS.has(code) ? (code as ErrorCode) : "forbidden";
  const said = typeof text === "string" && text !== "" ? text : "this login is not allowed";
  return new GoimError(known, [...said].slice(0, TEXT_CHARS_MAX).join(""));
}

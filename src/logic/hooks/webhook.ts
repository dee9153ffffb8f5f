/** One event to one configured URL: a signed POST. */
import { createHmac } from "node:crypto";
import { newTraceparent } from "../../bus/headers.ts";
import type { Clock } from "../../kit/clock.ts";
import { GoimError, messageOf } from "../../kit/errors.ts";
import type { HookEvent, Target } from "./delivery.ts";

export interface WebhookConfig {
  /** http or https; nobody but the configuration says where requests go. */
  readonly url: string;
  /** Key of the signature; "" = not signed. */
  readonly secret: string;
  /** Milliseconds until the answer has to be there. */
  readonly timeout: number;
}

export interface WebhookDeps {
  readonly clock: Pick<Clock, "now">;
  readonly fetch?: typeof fetch;
}

const encoder = new TextEncoder();
const MS_PER_S = 1000;

/** `t=<Unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`, so that an old one shows its age. */
export function signatureOf(secret: string, timeMs: number, body: Uint8Array): string {
  const t = Math.floor(timeMs / MS_PER_S);
  const mac = createHmac("sha256", secret).update(`${t}.`).update(body).digest("hex");
  return `t=${t},v1=${mac}`;
}

/** What is posted: the event as it is in the stream, in an envelope that the signature covers. */
export function bodyOf({ id, type, data }: HookEvent): Uint8Array {
  const head = JSON.stringify({ id, type }).slice(0, -1);
  return Buffer.concat([encoder.encode(`${head},"event":`), data, encoder.encode("}")]);
}

/**
 * Posts events. Resolves on 2xx; fails with GoimError "invalid" for an answer that a repetition
 * would not change (410), anything else may go well later. Redirects are not followed: the answer
 * of a server must not choose whom we ask next.
 */
export function createWebhook(config: WebhookConfig, deps: WebhookDeps): Target {
  const { url, secret, timeout } = config;
  const { clock, fetch: ask = fetch } = deps;
  return async (event) => {
    const body = bodyOf(event);
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      "User-Agent": "goim-nats",
      "Goim-Event-Id": encodeURIComponent(event.id),
      "Goim-Event": event.type,
      "Goim-Attempt": String(event.attempt),
      traceparent: newTraceparent(),
    };
    if (secret !== "") headers["Goim-Signature"] = signatureOf(secret, clock.now(), body);
    let status: number;
    try {
      const signal = AbortSignal.timeout(timeout);
      const answer = await ask(url, { method: "POST", body, headers, signal, redirect: "manual" });
      // What it says beyond the status is not read, however much it is.
      await answer.body?.cancel();
      status = answer.status;
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      const text = cause === undefined ? messageOf(error) : messageOf(cause);
      throw new GoimError("unavailable", text, { cause: error });
    }
    if (status >= 200 && status < 300) return;
    const code = status === GONE ? "invalid" : "unavailable";
    throw new GoimError(code, `answered with ${status}`);
  };
}

/** The receiver says that it wants no more of this. */
const GONE = 410;

/** Why a URL cannot be one; undefined = it can. */
export function urlProblem(url: string): string | undefined {
  if (!URL.canParse(url)) return `"${url}" is no URL`;
  const { protocol, username } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return "only http and https are posted to";
  return username === "" ? undefined : "no user and password in it: use hooks.http.secret";
}

/** One call to logic each; the answer is written into the messages. */

import { type Answer, type Message, textOf } from "./history.ts";
import { post } from "./http.ts";

export interface Outcome {
  readonly answer: Answer;
  readonly offset?: number | undefined;
  readonly epoch?: string | undefined;
  readonly duplicate?: boolean | undefined;
  readonly detail: string;
}

/** What an item of a batch, or a whole call, is answered with. */
interface Result {
  readonly ok?: boolean;
  readonly offset?: number;
  readonly epoch?: string;
  readonly duplicate?: boolean;
  readonly code?: string;
  readonly problem?: { readonly code: string };
}

/** Above `publish.timeout` of logic, so that its own answer is the rule. */
const CALL_MS = 8_000;
const OP = 1000;

/** Codes with which logic promises that nothing was stored. */
const refusals: readonly string[] = ["invalid", "not_found", "too_large", "busy", "unavailable"];

function outcomeOf(status: number, result: Result): Outcome {
  const code = result.problem?.code ?? result.code ?? "";
  const detail = code === "" ? `${status}` : `${status} ${code}`;
  if (result.ok ?? status === 200) {
    const { offset, epoch, duplicate } = result;
    return { answer: "stored", offset, epoch, duplicate, detail };
  }
  return { answer: refusals.includes(code) ? "refused" : "unknown", detail };
}

/** Target of a message in the words of the API. */
function targetOf(log: string): { to: string; fields: Record<string, string> } {
  const [kind = "", rest = ""] = split(log, ":");
  if (kind === "room") {
    const [type = "", room = ""] = split(rest, "://");
    return { to: "room", fields: { type, room } };
  }
  if (kind === "user") return { to: "user", fields: { user: rest } };
  if (kind === "key") return { to: "key", fields: { key: rest } };
  return { to: "all", fields: {} };
}

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + by.length)];
}

/** POST /api/v1/push/{room,user,all}. */
export async function pushOne(
  base: string,
  message: Message,
  bytes: number,
  idempotencyKey?: string,
): Promise<Outcome> {
  const { to, fields } = targetOf(message.log);
  const body = JSON.stringify({ ...fields, op: OP, body: textOf(message, bytes) });
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  try {
    const { status, text } = await post(`${base}/api/v1/push/${to}`, body, headers, CALL_MS);
    return outcomeOf(status, JSON.parse(text) as Result);
  } catch (error) {
    return failed(error);
  }
}

/** POST /goim/push/{room,mids,all}: goim's own paths say no offset. */
export async function pushAsGoim(base: string, message: Message, bytes: number): Promise<Outcome> {
  const { to, fields } = targetOf(message.log);
  const query = new URLSearchParams({ operation: String(OP) });
  if (to === "room") for (const [name, value] of Object.entries(fields)) query.set(name, value);
  else if (to === "user") query.set("mids", fields.user ?? "");
  const path = to === "user" ? "mids" : to;
  try {
    const url = `${base}/goim/push/${path}?${query}`;
    const { status, text } = await post(url, textOf(message, bytes), {}, CALL_MS);
    const { code } = JSON.parse(text) as { code: number };
    const detail = `${status} code ${code}`;
    return code === 0 ? { answer: "stored", detail } : { answer: "unknown", detail };
  } catch (error) {
    return failed(error);
  }
}

/** POST /api/v1/push/batch: an outcome for each, in their order. */
export async function pushBatch(
  base: string,
  messages: readonly Message[],
  bytes: number,
): Promise<Outcome[]> {
  const items = messages.map((message) => {
    const { to, fields } = targetOf(message.log);
    return { to, ...fields, op: OP, body: textOf(message, bytes) };
  });
  const headers = { "content-type": "application/json" };
  const url = `${base}/api/v1/push/batch`;
  try {
    const { status, text } = await post(url, JSON.stringify({ items }), headers, CALL_MS);
    const answer = JSON.parse(text) as Result & { readonly results?: readonly Result[] };
    return messages.map((_, index) => outcomeOf(status, answer.results?.[index] ?? answer));
  } catch (error) {
    return messages.map(() => failed(error));
  }
}

function failed(error: unknown): Outcome {
  return { answer: "unknown", detail: error instanceof Error ? error.message : String(error) };
}

/** Writes the outcome into the message. */
export function settle(message: Message, outcome: Outcome): void {
  message.endAt = performance.now();
  message.answer = outcome.answer;
  message.detail = outcome.detail;
  if (outcome.answer !== "stored") return;
  message.offset = outcome.offset;
  message.epoch = outcome.epoch;
}

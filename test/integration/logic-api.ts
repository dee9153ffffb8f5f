/** Calls of /api/v1 on a logic of the test. */
import type { TestLogic } from "./logic-harness.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

export async function apiPost(
  logic: Pick<TestLogic, "url">,
  path: string,
  body: unknown,
  idempotencyKey?: string,
): Promise<ApiAnswer> {
  const response = await fetch(`${logic.url}/api/v1/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      "Content-Type": "application/json",
      ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
    },
  });
  return { status: response.status, json: (await response.json()) as ApiAnswer["json"] };
}

export interface RoomMessage {
  readonly offset: number;
  readonly op: number;
  readonly body: string;
  readonly time: number;
}

export interface RoomPage {
  readonly status: number;
  readonly epoch: string;
  readonly messages: readonly RoomMessage[];
  readonly cursor: number;
  readonly more: boolean;
  readonly truncated: boolean;
  readonly oldest?: number;
  /** Of a problem. */
  readonly code?: string;
}

/** One page of the room `live://<room>` or of another type. */
export async function roomPage(
  logic: Pick<TestLogic, "url">,
  room: string,
  query: Readonly<Record<string, string | number>> = {},
  type = "live",
): Promise<RoomPage> {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const path = `rooms/${type}/${encodeURIComponent(room)}/messages?${text}`;
  const response = await fetch(`${logic.url}/api/v1/${path}`);
  return { ...((await response.json()) as RoomPage), status: response.status };
}

/** Every message from `from` on in one direction, by pages of these sizes in turn. */
export async function allPages(
  logic: Pick<TestLogic, "url">,
  room: string,
  direction: "after" | "before",
  limits: () => number,
  type = "live",
): Promise<RoomMessage[]> {
  const all: RoomMessage[] = [];
  let cursor: number | undefined = direction === "after" ? 0 : undefined;
  for (;;) {
    const from: Record<string, number> = cursor === undefined ? {} : { [direction]: cursor };
    const page = await roomPage(logic, room, { ...from, limit: limits() }, type);
    if (page.status !== 200) throw new Error(JSON.stringify(page));
    if (direction === "after") all.push(...page.messages);
    else all.unshift(...page.messages);
    if (!page.more) return all;
    if (page.cursor === cursor) throw new Error(`a page that does not get on: ${cursor}`);
    cursor = page.cursor;
  }
}

/** What was done by moderation, read again from the stream of events. */
import type { HistoryReader, StoredMessage } from "../../bus/bus.ts";
import type { Subjects } from "../../bus/subjects.ts";

export interface AuditQuery {
  /** Which come first; default: the oldest. */
  readonly order?: "oldest" | "newest" | undefined;
  /** The oldest first: sequence behind which the page begins; 0 = the oldest kept. */
  readonly after: number;
  /** The newest first: sequence before which the page begins; none = the newest of all. */
  readonly before?: number | undefined;
  readonly limit: number;
  /** Only this action, of this actor (`by`), about this room; none = all. */
  readonly action?: string | undefined;
  readonly by?: string | undefined;
  readonly room?: string | undefined;
  /** Unix milliseconds, from <= time < to. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface AuditPage {
  readonly acts: readonly AuditedAct[];
  /** For the next page. */
  readonly cursor: number;
  /** Whether the stream goes on beyond the cursor; a page may be empty, and there be more. */
  readonly more: boolean;
  /** Whether acts behind `after` are not kept any more. */
  readonly truncated: boolean;
}

/** As it was published: action, by, time (Unix milliseconds), and what it was about. */
export type AuditedAct = { readonly sequence: number } & Readonly<Record<string, unknown>>;

export interface AuditLog {
  /** Fails as the reader does. */
  page(query: AuditQuery): Promise<AuditPage>;
}

/** Of one page: how much is looked at before it is answered with what was found. */
const BOUND = { messages: 2_000, bytes: 4 * 1024 * 1024, reads: 8 };

export function createAuditLog(deps: {
  readonly reader: Pick<HistoryReader, "state" | "after" | "before">;
  readonly subjects: Pick<Subjects, "event" | "stream">;
}): AuditLog {
  const { reader, subjects } = deps;
  const stream = subjects.stream("event");
  return {
    page: async ({ order, after, before, ...wish }) => {
      const { action } = wish;
      const subject =
        action === undefined
          ? `${subjects.event("moderation")}.>`
          : subjects.event("moderation", action);
      const { first, last } = await reader.state(stream);
      if (order === "newest") {
        const span = { from: first, to: Math.min(last, (before ?? last + 1) - 1) };
        const slice = await reader.before(stream, subject, span, BOUND);
        const found = pick([...slice.messages].reverse(), wish);
        const cursor = found.full ? found.cursor : Math.min(before ?? last + 1, slice.from);
        return { acts: found.acts, cursor, more: cursor > first, truncated: false };
      }
      const span = { from: Math.max(first, after + 1), to: last };
      const slice = await reader.after(stream, subject, span, BOUND);
      const { acts, full, cursor: seen } = pick(slice.messages, wish);
      // Everything was looked at: the next page begins where the stream ends now.
      const cursor = full ? seen : Math.max(after, slice.to);
      const truncated = after > 0 && after + 1 < first;
      return { acts, cursor, more: cursor < last, truncated };
    },
  };
}

type Wish = Omit<AuditQuery, "order" | "after" | "before">;

/** The first so many that are wanted; `full`: there are as many, and `cursor` is the last one. */
function pick(messages: readonly StoredMessage[], wish: Wish) {
  const acts: AuditedAct[] = [];
  let cursor = 0;
  for (const { sequence, data } of messages) {
    if (acts.length >= wish.limit) break;
    cursor = sequence;
    const act = decode(data);
    if (act !== undefined && isWanted(act, wish)) acts.push({ sequence, ...act });
  }
  return { acts, cursor, full: acts.length >= wish.limit };
}

function isWanted(
  act: Readonly<Record<string, unknown>>,
  { by, room, from = 0, to = Number.POSITIVE_INFINITY }: Wish,
): boolean {
  if (by !== undefined && act.by !== by) return false;
  if (room !== undefined && act.room !== room && act.target !== room) return false;
  const time = Number(act.time);
  return time >= from && time < to;
}

function decode(data: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(data));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What somebody should look at: reported by people, or flagged by the rules. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { KvBucket } from "../../bus/bus.ts";
import type { Subjects } from "../../bus/subjects.ts";
import { GoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Flagged } from "./guard.ts";

const schema = z.object({
  id: z.string(),
  state: z.enum(["open", "closed"]),
  /** Mid of the user it is about, "" = unknown. */
  user: z.string(),
  room: z.string(),
  /** Offset of the message, where it is known. */
  offset: z.number().optional(),
  /** Who reported it; "rules" for what was flagged. */
  by: z.string(),
  reason: z.string(),
  /** What was done about it. */
  outcome: z.string(),
  /** Unix milliseconds. */
  at: z.number(),
  closedAt: z.number().optional(),
  closedBy: z.string().optional(),
});

export type Report = Readonly<z.infer<typeof schema>>;
export const reportSchema = schema;

export type NewReport = Pick<Report, "user" | "room" | "offset" | "by" | "reason">;

export interface ReportsDeps {
  readonly bucket: KvBucket;
  readonly subjects: Pick<Subjects, "kv">;
  readonly log: Log;
  readonly now: () => number;
}

/** Reports on their way to the bucket at once because of flagged messages; one more is dropped. */
const FLAGGED_MAX = 256;
const SILENCE_MS = 5_000;
const decoder = new TextDecoder();

export class Reports {
  readonly #deps: ReportsDeps;
  #flagging = 0;

  constructor(deps: ReportsDeps) {
    this.#deps = deps;
  }

  async add(report: NewReport): Promise<Report> {
    const { bucket, now } = this.#deps;
    const fresh: Report = { ...report, id: randomUUID(), state: "open", outcome: "", at: now() };
    await bucket.put(this.#key(fresh.id), encode(fresh));
    return fresh;
  }

  /** Nobody waits for it. */
  flagged({ mid, room, words, dictionaries }: Flagged): void {
    if (this.#flagging >= FLAGGED_MAX) return;
    this.#flagging++;
    const reason = `words: ${words.join(", ")} (${dictionaries.join(", ")})`;
    this.add({ user: mid === "0" ? "" : mid, room, by: "rules", reason })
      .catch((error) => {
        this.#deps.log.warn({ error: messageOf(error) }, "a flagged message was not reported");
      })
      .finally(() => {
        this.#flagging--;
      });
  }

  /** Those of a state, oldest first, from behind a place on. */
  async page(
    state: Report["state"] | undefined,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<{ readonly reports: Report[]; readonly cursor: number; readonly more: boolean }> {
    const reports: Report[] = [];
    let cursor = after;
    const options = { after, silenceMs: SILENCE_MS };
    for await (const { value, revision } of this.#deps.bucket.entries(">", options)) {
      const report = decode(value);
      if (report !== undefined && (state === undefined || report.state === state)) {
        if (reports.length >= limit) return { reports, cursor, more: true };
        reports.push(report);
      }
      cursor = revision;
    }
    return { reports, cursor, more: false };
  }

  /** Fails with "not_found", "conflict" where somebody else changes it, and as `mayClose` does. */
  async close(
    id: string,
    outcome: string,
    { actor, mayClose }: { readonly actor: string; readonly mayClose: (report: Report) => void },
  ): Promise<Report> {
    const { bucket, now } = this.#deps;
    const entry = await bucket.get(this.#key(id));
    const report = entry === undefined ? undefined : decode(entry.value);
    if (entry === undefined || report === undefined) {
      throw new GoimError("not_found", `there is no report ${id}`);
    }
    mayClose(report);
    const closed: Report = {
      ...report,
      ...{ state: "closed", outcome, closedAt: now(), closedBy: actor },
    };
    const revision = await bucket.update(entry.key, encode(closed), entry.revision);
    if (revision === undefined) throw new GoimError("conflict", "somebody else changed it");
    return closed;
  }

  #key(id: string): string {
    return this.#deps.subjects.kv("r", id);
  }
}

function encode(report: Report): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(report));
}

function decode(value: Uint8Array): Report | undefined {
  try {
    return schema.parse(JSON.parse(decoder.decode(value)));
  } catch {
    return undefined;
  }
}

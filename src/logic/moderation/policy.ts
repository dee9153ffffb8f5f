/** How much, how often and what may be sent: for all rooms, those of a type, or one. */
import { z } from "zod";

const every = z
  .object({
    max: z.int().min(1).max(100_000).describe("So many messages ..."),
    windowMs: z.int().min(100).max(86_400_000).describe("... in so many milliseconds."),
  })
  .describe("At first all at once, then evenly.");

/** Each field says for itself where it holds: the room's before the type's before that of all. */
export const policySchema = z.strictObject({
  slowMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .optional()
    .describe(
      "Slow mode: milliseconds from one message of a sender in a room to the next; 0: off.",
    ),
  userRate: every.optional().describe("Messages of one sender over all rooms."),
  roomRate: every.optional().describe("Messages of all senders in one room."),
  repeat: every.optional().describe("The same text of one sender."),
  links: z
    .enum(["allow", "deny", "listed"])
    .optional()
    .describe("listed: only to hosts of linkHosts, and those below them."),
  linkHosts: z.array(z.string().toLowerCase().min(1).max(253)).max(1000).optional(),
});

export type Policy = Readonly<z.infer<typeof policySchema>>;
export type Every = Readonly<z.infer<typeof every>>;

const decoder = new TextDecoder();

export class Policies {
  readonly #byScope = new Map<string, Policy>();

  get size(): number {
    return this.#byScope.size;
  }

  /** Takes a value of the bucket; undefined = it is gone. What cannot be read counts as none. */
  set(scope: string, value: Uint8Array | undefined): void {
    const policy = value === undefined ? undefined : decode(value);
    if (policy === undefined) this.#byScope.delete(scope);
    else this.#byScope.set(scope, policy);
  }

  get(scope: string): Policy | undefined {
    return this.#byScope.get(scope);
  }

  all(): IterableIterator<[string, Policy]> {
    return this.#byScope.entries();
  }

  /** What holds in a room; undefined where nothing does. */
  of(room: string, type: string): Policy | undefined {
    if (this.#byScope.size === 0) return undefined;
    const ofType = this.#byScope.get(scopeText({ kind: "type", type }));
    const ofRoom = this.#byScope.get(scopeText({ kind: "room", room }));
    const ofAll = this.#byScope.get("all");
    if (ofType === undefined && ofRoom === undefined) return ofAll;
    return { ...ofAll, ...ofType, ...ofRoom };
  }
}

function decode(value: Uint8Array): Policy | undefined {
  try {
    return policySchema.parse(JSON.parse(decoder.decode(value)));
  } catch {
    return undefined;
  }
}

/** A scope as one text, and back. */
export function scopeText(scope: ScopeLike): string {
  if (scope.kind === "all") return "all";
  return scope.kind === "type" ? `type ${scope.type}` : `room ${scope.room}`;
}

type ScopeLike =
  | { readonly kind: "all" }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "room"; readonly room: string };

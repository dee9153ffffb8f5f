import { randomUUID } from "node:crypto";
import type { Bus } from "./bus.ts";

/** The processes that have their own user on NATS (nats/accounts.conf). */
export type ProcessKind = "comet" | "logic" | "job";

/** What the inboxes of clients begin with that are told nothing else, such as the `nats` tool. */
export const COMMON_INBOX = "_INBOX";

/**
 * What the inboxes of one kind of process begin with: `_INBOX_<prefix>_<kind>`. Each kind may
 * listen to its own only, so that none sees what the others are answered.
 */
export function inboxPrefixOf(prefix: string, kind: ProcessKind): string {
  return `${COMMON_INBOX}_${prefix}_${kind}`;
}

/**
 * A subject for answers that nobody else knows. At random, where the client's own inboxes count on
 * from one that was at random: whoever was asked once would know where the next answer is awaited.
 */
export function newInbox({ inboxPrefix }: Pick<Bus, "inboxPrefix">): string {
  return `${inboxPrefix}.${randomUUID()}`;
}

const ACK = "$JS.ACK.";

/**
 * Whether a request may name this as the place for its answer: an inbox (or what servers put in its
 * place between accounts), or where JetStream takes acknowledgements. NATS does not ask whether the
 * asker may publish there: without this, who may ask us could have us write where only we may.
 */
export function takesAnswers(subject: string): boolean {
  return subject.startsWith("_") || subject.startsWith(ACK);
}

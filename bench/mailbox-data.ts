/** What bench/mailbox.ts stores: users' messages in one stream, some near each other, some not. */
import type { AckPublisher } from "../src/bus/bus.ts";
import { goim } from "../src/protocol/gen/messages.js";
import { offsetOf, sequenceOf } from "../src/protocol/offset.ts";
import type { Mailbox, MailEntry } from "../src/store/mailbox.ts";

export interface Plan {
  readonly messages: number;
  /** Users with few messages, sent right after each other. */
  readonly nearUsers: number;
  readonly nearEach: number;
  /** Users with many, evenly over the whole stream. */
  readonly scatteredUsers: number;
  readonly scatteredEach: number;
  readonly bodyBytes: number;
}

/** A tenth of all messages belongs to users with 100 scattered ones, the rest comes in tens. */
export function planOf(messages: number, bodyBytes: number): Plan {
  const [nearEach, scatteredEach] = [10, 100];
  const scatteredUsers = Math.max(1, Math.round(messages / 10 / scatteredEach));
  const nearUsers = Math.floor((messages - scatteredUsers * scatteredEach) / nearEach);
  return { messages, nearUsers, nearEach, scatteredUsers, scatteredEach, bodyBytes };
}

export const nearMid = (user: number) => String(1_000_000 + user);
export const scatteredMid = (user: number) => String(9_000_000 + user);

/** The mid of each message, in the order of the stream. */
export function* midsOf(plan: Plan): Generator<string> {
  // Four users at a time, so that what is near still has something of others in between.
  const group = 4;
  const scattered = plan.scatteredUsers * plan.scatteredEach;
  const every = Math.max(1, Math.floor(plan.messages / scattered));
  let [n, sent] = [0, 0];
  for (let user = 0; user < plan.nearUsers; user += group) {
    for (let message = 0; message < plan.nearEach * group; message++) {
      const mid = nearMid(user + (message % group));
      if (user + (message % group) >= plan.nearUsers) continue;
      yield mid;
      n++;
      if (n % (every - 1) === 0 && sent < scattered) {
        yield scatteredMid(sent++ % plan.scatteredUsers);
      }
    }
  }
  while (sent < scattered) yield scatteredMid(sent++ % plan.scatteredUsers);
}

/** One message as it was stored. */
export interface Stored {
  readonly mid: string;
  readonly entry: MailEntry;
}

/** Stores all messages; resolves to them, in the order of the stream. */
export async function storeAll(
  plan: Plan,
  publisher: AckPublisher,
  subjectOf: (mid: string) => string,
): Promise<Stored[]> {
  const stored: Stored[] = [];
  const body = Buffer.alloc(plan.bodyBytes, "m");
  const time = Date.now();
  await pooled(midsOf(plan), 256, async (mid, at) => {
    const batch = goim.push.PushBatch.encode({ entries: [{ op: 9, body, time }] }).finish();
    const { sequence } = await publisher.publish(subjectOf(mid), batch, { id: `b-${at}` });
    const offset = offsetOf(sequence, 0);
    stored.push({ mid, entry: { offset, op: 9, body, time, expiresAt: 0, sender: "" } });
  });
  return stored.sort((a, b) => a.entry.offset - b.entry.offset);
}

/** Appends all, in order, so many at a time; resolves to the seconds it took. */
export async function appendAll(
  mailbox: Mailbox,
  epoch: string,
  stored: readonly Stored[],
  window: number,
): Promise<number> {
  const start = performance.now();
  await pooled(stored, window, async ({ mid, entry }) => {
    const [outcome] = await mailbox.append(epoch, [{ mid, entries: [entry] }]);
    if (outcome?.status === "rejected") throw outcome.reason;
  });
  return (performance.now() - start) / 1000;
}

/** The sequences of a user's first and last message. */
export function spans(stored: readonly Stored[]): Map<string, { from: number; to: number }> {
  const found = new Map<string, { from: number; to: number }>();
  for (const { mid, entry } of stored) {
    const to = sequenceOf(entry.offset);
    found.set(mid, { from: found.get(mid)?.from ?? to, to });
  }
  return found;
}

/** So many at once, begun in order. */
export async function pooled<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let at = 0;
  const iterator = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      await work(next.value, at++);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

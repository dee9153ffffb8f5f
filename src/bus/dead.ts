import type { AckPublisher, Bus, StoredMessage } from "./bus.ts";

export interface DeadMessage {
  /** Stream it lies in, and that stream's epoch. */
  readonly stream: string;
  readonly epoch: string;
  readonly message: StoredMessage;
  /** Why it cannot be delivered, for a person. */
  readonly reason: string;
}

/** Headers of a message in GOIM_DEAD: where it lay and why it is there. The data is unchanged. */
export const deadHeaders = {
  stream: "Goim-Dead-Stream",
  subject: "Goim-Dead-Subject",
  sequence: "Goim-Dead-Sequence",
  reason: "Goim-Dead-Reason",
} as const;

const REASON_MAX = 500;

/**
 * Keeps what cannot be decoded for somebody to look at (`goim.dead.<stream>`). All who meet the
 * same message use the same id, so it is there once. Fails as the publisher does.
 */
export async function publishDead(
  deps: { bus: Bus; publisher: AckPublisher },
  dead: DeadMessage,
): Promise<void> {
  const { stream, epoch, message } = dead;
  await deps.publisher.publish(deps.bus.subjects.dead(stream), message.data, {
    id: `dead ${stream} ${epoch} ${message.sequence}`,
    headers: {
      [deadHeaders.stream]: stream,
      [deadHeaders.subject]: message.subject,
      [deadHeaders.sequence]: String(message.sequence),
      [deadHeaders.reason]: dead.reason.replace(/[\r\n]+/g, " ").slice(0, REASON_MAX),
    },
  });
}

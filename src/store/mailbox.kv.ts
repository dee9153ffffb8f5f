import type { Bus } from "../bus/bus.ts";
import { GoimError } from "../kit/errors.ts";
import type { Mailbox } from "./mailbox.ts";
import { type MailboxConfig, type MailboxDeps, mailboxDefaults } from "./mailbox-config.ts";

export interface KvMailboxConfig extends MailboxConfig {
  /** Compare-and-set tries of one append. */
  readonly triesMax: number;
  /** Bound of one answer of NATS; a call makes a few in a row. */
  readonly timeoutMs: number;
  /** How old the known life of the bucket may be. */
  readonly epochCheckMs: number;
  /** Whether this process creates the bucket. */
  readonly create: boolean;
  /** Copies of the bucket in a cluster; default: those it has, one for a new bucket. */
  readonly replicas?: number;
}

export const kvMailboxDefaults: KvMailboxConfig = {
  ...mailboxDefaults,
  triesMax: 16,
  timeoutMs: 2000,
  epochCheckMs: 1000,
  create: true,
};

export interface KvMailboxDeps extends MailboxDeps {
  readonly bus: Bus;
}

export async function createKvMailbox(
  options: Partial<KvMailboxConfig>,
  _deps: KvMailboxDeps,
): Promise<Mailbox> {
  const config = { ...kvMailboxDefaults, ...options };
  throw new GoimError("unavailable", `not there yet: ${config.entriesMax}`);
}

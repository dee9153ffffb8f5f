import { GoimError } from "../kit/errors.ts";
import type { Mailbox } from "./mailbox.ts";
import { type MailboxConfig, type MailboxDeps, mailboxDefaults } from "./mailbox-config.ts";
import { type RedisLinkConfig, redisLinkDefaults } from "./redis-link.ts";

export type RedisMailboxConfig = MailboxConfig & RedisLinkConfig;

export const redisMailboxDefaults: RedisMailboxConfig = {
  ...redisLinkDefaults,
  ...mailboxDefaults,
};

export async function createRedisMailbox(
  options: Partial<RedisMailboxConfig>,
  _deps: MailboxDeps,
): Promise<Mailbox> {
  const config = { ...redisMailboxDefaults, ...options };
  throw new GoimError("unavailable", `not there yet: ${config.entriesMax}`);
}

import type { Bus, StreamLayout } from "../bus/bus.ts";
import type { Recalls } from "../bus/recalls.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { LogNumber } from "../protocol/frame-batch.ts";
import type { LogStateBody } from "../protocol/v2.ts";
import { Acks } from "./acks.ts";
import type { Bucket } from "./bucket.ts";
import type { Channel } from "./channel.ts";
import type { CometConfig } from "./config.ts";
import type { Identity } from "./identity.ts";
import { encodeLogState } from "./log-state.ts";
import { Mails } from "./mail.ts";
import { UserCheck } from "./user-check.ts";

export interface MailPartsDeps {
  readonly bus: Bus;
  readonly layout: Pick<StreamLayout, "shardOf" | "epoch" | "refresh">;
  readonly bucket: Bucket;
  readonly identity: () => Identity;
  readonly recalls?: Pick<Recalls, "of">;
  readonly current?: () => Promise<void> | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a comet has for users with mailboxes. */
export interface MailParts {
  readonly acks: Acks;
  readonly mails: Mails;
  readonly check: UserCheck;
  stop(): Promise<void>;
}

/** Tells a client of version 2 what became of its user's log, in its place among the pushes. */
function tell(channel: Channel, state: Omit<LogStateBody, "log" | "epoch"> & { epoch?: string }) {
  if (channel.version === 1) return;
  const body = { log: LogNumber.User, epoch: channel.userEpoch, ...state };
  channel.deliver(encodeLogState(body), 0);
}

/** Most time at the end to tell the last progress to a logic that does not answer. */
const LAST_TOLD_MS = 1000;

export function createMailParts(config: CometConfig, deps: MailPartsDeps): MailParts {
  const { clock } = deps;
  const acks = new Acks(config.ack, deps);
  const mails = new Mails(
    config.mailbox,
    { ...config.room, ...config.slow },
    { ...deps, acks, onNewLife: () => check.all() },
  );
  mails.hooks = {
    onTruncated: (channel, oldest) => tell(channel, { offset: channel.lastUser, oldest }),
    onReset: (channel, epoch) => tell(channel, { epoch, offset: 0, reset: true }),
  };
  const check = new UserCheck(config.mailbox, { ...deps, mails });
  return {
    ...{ acks, mails, check },
    async stop() {
      await Promise.race([acks.flushed(), sleep(clock, LAST_TOLD_MS)]);
      acks.stop();
      mails.stop();
      await check.stop();
    },
  };
}

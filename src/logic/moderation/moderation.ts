/** Moderation of one logic, put together: rules, the guard that acts by them, recalls, reports. */
import { randomUUID } from "node:crypto";
import type { Bus, HistoryReader, KvBucket } from "../../bus/bus.ts";
import { restrictionText, type Who } from "../../bus/restrictions.ts";
import { GoimError } from "../../kit/errors.ts";
import type { Service } from "../../kit/service.ts";
import { CloseCode } from "../../protocol/close-code.ts";
import type { Session, SessionReader } from "../../store/sessions.ts";
import type { LogicConfig } from "../config.ts";
import type { Events } from "../events.ts";
import type { Kicker } from "../kick.ts";
import { type Audit, createAudit } from "./audit.ts";
import { type AuditLog, createAuditLog } from "./audit-log.ts";
import { Gossip } from "./gossip.ts";
import { type CanModerate, createGuard, type Guard } from "./guard.ts";
import { Limits } from "./limits.ts";
import { createMessageHook } from "./message-hook.ts";
import { type RecallDeps, RecallDesk } from "./recall.ts";
import { Reports } from "./reports.ts";
import { RuleStore } from "./rule-store.ts";
import { Rules } from "./rules.ts";

/** Buckets, open. */
export interface ModerationBuckets {
  readonly rules: KvBucket;
  readonly recalls: KvBucket;
  readonly reports: KvBucket;
}

export interface ModerationDeps extends Omit<RecallDeps, "bucket" | "bus"> {
  readonly bus: Bus;
  readonly reader: RecallDeps["reader"] & Pick<HistoryReader, "after" | "before">;
  readonly buckets: ModerationBuckets;
  readonly events: Pick<Events, "publish">;
  readonly kicker: Kicker;
  readonly sessions: Pick<SessionReader, "byMids" | "byKeys">;
  /** Nobody is free of limits where rooms have no owners. */
  readonly canModerate?: CanModerate | undefined;
}

export interface Moderation extends Service {
  readonly guard: Guard;
  readonly rules: Rules;
  readonly store: RuleStore;
  readonly recalls: RecallDesk;
  readonly reports: Reports;
  readonly audit: Audit;
  readonly auditLog: AuditLog;
  /** Unix milliseconds. */
  now(): number;
  /** Why somebody may not log in; undefined = they may. */
  banned(who: Who): GoimError | undefined;
  /** Closes the connections of a user or of a key; resolves to how many were asked to go. */
  kick(who: { mid?: string | undefined; key?: string | undefined }, why: string): Promise<number>;
}

export function createModeration(config: LogicConfig, deps: ModerationDeps): Moderation {
  const { bus, buckets, subjects, clock, log, metrics, kicker, sessions } = deps;
  const { moderation, streams } = config;
  const now = () => clock.now();
  const store = new RuleStore(moderation, { bucket: buckets.rules, subjects, now });
  const { slice: sliceMs, loadWait } = moderation;
  const rules = new Rules({ sliceMs, loadWait }, { ...deps, bucket: buckets.rules, store });
  const limits = new Limits(moderation, clock);
  metrics.levelOf("moderation_remembered", "Senders and rooms whose limits are remembered", () => {
    return limits.remembered;
  });
  const { policies } = rules;
  const gossip = new Gossip({ bus, limits, policies, id: randomUUID(), log, metrics });
  const audit = createAudit(deps);
  const reports = new Reports({ bucket: buckets.reports, subjects, log, now });
  const guard = createGuard({
    ...{ rules, limits, audit, clock, metrics },
    tell: (spoken) => gossip.tell(spoken),
    hook: createMessageHook(moderation, deps),
    canModerate: deps.canModerate ?? (() => false),
    onFlagged: (flagged) => reports.flagged(flagged),
  });
  const { live, keep, user, key, all } = streams;
  const recalls = new RecallDesk(
    {
      recallTimeout: moderation.recallTimeout,
      namedMax: moderation.recallNamedMax,
      keptBytesMax: config.retain.bytesMax,
      keepMs: Math.max(...[live, keep, user, key, all].map(({ maxAge }) => maxAge)),
    },
    { ...deps, bucket: buckets.recalls },
  );
  return {
    name: "moderation",
    ...{ guard, rules, store, recalls, reports, audit, now },
    auditLog: createAuditLog(deps),
    banned: (who) => {
      const ban = rules.restrictions.find("ban", who, "", clock.now());
      return ban === undefined ? undefined : new GoimError("banned", restrictionText(ban));
    },
    kick: async ({ mid, key }, reason) => {
      const [of = []] = mid === undefined ? [] : await sessions.byMids([mid]);
      const [by = []] = key === undefined ? [] : await sessions.byKeys([key]);
      const gone: Session[] = [...of, ...by];
      for (const session of gone) kicker.kick(session, { code: CloseCode.Kicked, reason });
      return gone.length;
    },
    start: async () => {
      gossip.start();
      await Promise.all([rules.start(), recalls.start()]);
    },
    stop: async () => {
      gossip.stop();
      await Promise.all([rules.stop(), recalls.stop()]);
    },
  };
}

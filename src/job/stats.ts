import type { Metrics } from "../kit/metrics.ts";

/** What a job counted since it started: plain numbers, read when somebody asks for metrics. */
export class JobStats {
  messages = 0;
  remembered = 0;
  casts = 0;
  castEntries = 0;
  castsWithoutPrev = 0;
  castsTooLarge = 0;
  castRetries = 0;
  digests = 0;
  digestsAsked = 0;
  deadLetters = 0;
  windowFull = 0;
  resets = 0;
  leasesTaken = 0;
  leasesLost = 0;
  leasesReleased = 0;
  requests = 0;
  requestItems = 0;
  requestsFailed = 0;
  circuitsOpened = 0;
  staleReplies = 0;
  delivered = 0;
  nobody = 0;
  rejected = 0;
  missed = 0;
  liveLost = 0;
  missedOverflows = 0;
  missedDropped = 0;
  shardChecks = 0;
  checks = 0;
  checksConfirmed = 0;
  checksFailed = 0;
  keysTimedOut = 0;
  indexCalls = 0;
  indexEntries = 0;
  indexFailures = 0;
  indexLost = 0;
  indexSkipped = 0;
  indexRebuilds = 0;
  indexRebuilt = 0;
  receipts = 0;
  receiptsRefused = 0;
  receiptsFailed = 0;
  undelivered = 0;
  undeliveredOld = 0;
  undeliveredDropped = 0;
  resolves = 0;
  foretold = 0;
  resolveFailures = 0;
}

const help: Readonly<Record<keyof JobStats, string>> = {
  messages: "Stream messages read to be spread",
  remembered: "Stream messages read again after a take-over, only to know what was last",
  casts: "Casts published for rooms and the broadcast",
  castEntries: "Entries in these casts",
  castsWithoutPrev: "Casts that could not say what came before",
  castsTooLarge: "Casts above NATS's largest payload, left to the digest",
  castRetries: "Times that NATS did not take or confirm casts, which were then repeated",
  digests: "Digests published",
  digestsAsked: "Questions of comets that missed a digest",
  deadLetters: "Stream messages that cannot be decoded, kept in GOIM_DEAD",
  windowFull: "Times that a shard stopped reading because its window was full",
  resets: "Times that a shard began at the start of its stream because the checkpoint did not fit",
  leasesTaken: "Leases taken",
  leasesLost: "Leases that another job had taken",
  leasesReleased: "Leases given up for another job",
  requests: "Requests to comets",
  requestItems: "Users and keys in these requests",
  requestsFailed: "Requests that a comet did not answer, or refused",
  circuitsOpened: "Times that a comet was found silent",
  staleReplies: "Answers of a comet that it is another incarnation by now",
  delivered: "Entries for a user or key that were answered by a comet",
  nobody: "Entries for a user or key that had no connection",
  rejected: "Entries for a key that a comet refused for good",
  missed: "Entries for a user that a silent comet is told about when it answers again",
  liveLost: "Entries for connected users only that were too old, or whose comet did not answer",
  missedOverflows: "Times that too many users of a comet had missed something to know each",
  missedDropped: "Users with something missed on a comet that died",
  shardChecks: "Shards of users that a comet was to check after a take-over",
  checks: "Requests to comets to check what was missed",
  checksConfirmed: "Of these, confirmed",
  checksFailed: "Of these, not answered or refused, and repeated",
  keysTimedOut: "Entries for a key whose comet did not answer in time",
  indexCalls: "Calls that write mailboxes",
  indexEntries: "Entries written to mailboxes",
  indexFailures: "Appends to a mailbox that failed, and were repeated",
  indexLost: "Times that the mailboxes were found to have lost their content",
  indexSkipped: "Entries handed over while their shard was being put into the mailboxes again",
  indexRebuilds: "Shards of users put into the mailboxes again, as a whole",
  indexRebuilt: "Stream messages put into mailboxes again for that",
  receipts: "Receipts published for entries that somebody waits for",
  receiptsRefused: "Receipts that were asked for on a subject that is none of this system",
  receiptsFailed: "Receipts that NATS did not take",
  undelivered: "Events that nobody was online for an entry",
  undeliveredOld: "Entries for a user without a connection that were too old for an event",
  undeliveredDropped: "Such events that could not be stored",
  resolves: "Users and keys looked up in the session store",
  foretold: "Users and keys pushed to where they were last, before that lookup",
  resolveFailures: "Questions that the session store did not answer",
};

/** Shows `stats` as goim_job_<name>_total. */
export function exposeStats(stats: JobStats, metrics: Metrics): void {
  for (const name of Object.keys(help) as (keyof JobStats)[]) {
    const words = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    metrics.countOf(`job_${words}_total`, help[name], () => stats[name]);
  }
}

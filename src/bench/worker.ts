/**
 * A thread with a part of the clients: connects them, counts what they receive, judges at the end.
 */
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { type FromWorker, noCounts, type ToWorker, type WorkerTask } from "./fleet-messages.ts";
import { LoadClient, type LoadClientEvents } from "./load-client.ts";
import { formOf, nowMs } from "./message.ts";
import { SequenceCheck, type SequenceEnd } from "./sequence.ts";
import { tokenOf } from "./sign.ts";

const COUNTS_EVERY_MS = 250;
const HEARTBEAT_EVERY_MS = 60_000;
/** Streams of one client; a push from elsewhere that looks like ours must not take memory. */
const STREAMS_MAX = 1024;

const task = workerData as WorkerTask;
const { isMessage, streamAt, sequenceAt, intendedMsAt } = formOf(task.text === true);
const counts = noCounts();
const logins = createHistogram();
const latency = createHistogram();
const windows: RecordableHistogram[] = [];
const first = createHistogram();
const last = createHistogram();
/** How many of the stored messages each client has. */
const stored = new Uint32Array(task.count);
const clients: LoadClient[] = [];
const checks: SequenceCheck[][] = Array.from({ length: task.count }, () => []);
const loginStarts: number[] = [];
let firstFailure = "";
let settled = 0;
let started = 0;

type Without<M> = M extends M ? Omit<M, "counts" | "firstFailure"> : never;

function tell(message: Without<FromWorker>): void {
  parentPort?.postMessage({ ...message, counts, firstFailure });
}

function microseconds(fromMs: number, toMs: number): number {
  return Math.max(1, Math.round((toMs - fromMs) * 1000));
}

const events: LoadClientEvents = {
  onReady(client) {
    counts.connected += 1;
    if (client.index < task.stalled) client.pause();
    if (task.stored?.leaves !== true) settle(client);
  },
  onPush(client, bytes, at, end, offset) {
    if (!isMessage(bytes, at, end, task.run)) {
      counts.foreign += 1;
      return;
    }
    const stream = task.streams === "own" ? 0 : streamAt(bytes, at);
    if (stream >= STREAMS_MAX) return;
    const own = checks[client.index - task.first] ?? [];
    const check = own[stream] ?? new SequenceCheck();
    own[stream] = check;
    const verdict = check.take(sequenceAt(bytes, at));
    if (verdict === "double") counts.doubled += 1;
    else {
      counts.delivered += 1;
      if (verdict === "late") counts.outOfOrder += 1;
      if (client.index < task.stalled) counts.toStalled += 1;
      else if (task.stored !== undefined && stream < task.stored.streams) take(client, offset);
      else live(client, intendedMsAt(bytes, at));
    }
  },
  onAcked(client) {
    client.close();
  },
  onClosed(client, reason) {
    if (firstFailure === "") firstFailure = reason;
    if (client.wasReady) counts.closed += 1;
    if (!client.wasReady || (task.stored?.leaves && !hasStored(client))) fail();
  },
};

function hasStored({ index }: LoadClient): boolean {
  return (stored[index - task.first] ?? 0) >= (task.stored?.messages ?? 0);
}

/** One of the stored messages has come. */
function take(client: LoadClient, offset: number): void {
  const at = client.index - task.first;
  const has = (stored[at] ?? 0) + 1;
  stored[at] = has;
  const sinceAuth = microseconds(client.authAtMs, nowMs());
  if (has === 1) first.record(sinceAuth);
  if (has !== task.stored?.messages) return;
  last.record(sinceAuth);
  counts.complete += 1;
  if (!task.stored.leaves) return;
  settle(client);
  if (task.version === 2) client.ack(offset);
  else client.close();
}

/** What was due before the client came waited for it: that is no latency. */
function live(client: LoadClient, intendedMs: number): void {
  if (task.stored !== undefined && intendedMs < client.authAtMs) return;
  const took = microseconds(intendedMs, nowMs());
  latency.record(took);
  windows.at(-1)?.record(took);
}

function settle(client: LoadClient): void {
  logins.record(microseconds(loginStarts[client.index - task.first] ?? 0, nowMs()));
  settledOne();
}

function fail(): void {
  counts.failed += 1;
  settledOne();
}

function settledOne(): void {
  settled += 1;
  if (settled === task.count) tell({ type: "connected", logins });
}

/** Opens the clients that are due; a login counts from the moment it was due. */
function connectDue(beganMs: number): void {
  const now = nowMs();
  const dueMs = (at: number) => beganMs + (at * 1000) / task.connectRate;
  while (started < task.count && started - settled < task.connectingMax) {
    if (task.connectRate > 0 && dueMs(started) > now) break;
    const index = task.first + started;
    const target = task.targets[index % task.targets.length];
    if (target === undefined) throw new Error("no address to connect to");
    loginStarts.push(task.connectRate > 0 ? dueMs(started) : now);
    started += 1;
    const claims = task.token.replace("%i", `${index}`).replace("%m", `${task.midBase + index}`);
    const token = tokenOf(claims, task.hs256 ?? "");
    const client = new LoadClient(index, target, { token, version: task.version }, events);
    clients.push(client);
    setTimeout(() => giveUp(client), task.loginTimeoutMs).unref();
  }
  if (started < task.count) setTimeout(() => connectDue(beganMs), 1);
}

function giveUp(client: LoadClient): void {
  client.giveUp("no auth reply in time");
  if (task.stored?.leaves && client.ready && !hasStored(client)) {
    client.close();
    if (firstFailure === "") firstFailure = "what was stored did not come in time";
    fail();
  }
}

function lost(ends: readonly SequenceEnd[]): number {
  let sum = 0;
  const none = new SequenceCheck();
  checks.forEach((own, at) => {
    if (!clients[at]?.wasReady) return;
    const mine = task.streams === "own" ? ends.slice(at, at + 1) : ends;
    mine.forEach((end, stream) => {
      sum += (own[stream] ?? none).lost(end);
    });
  });
  return sum;
}

parentPort?.on("message", (message: ToWorker) => {
  if (message.type === "finish") {
    tell({ type: "finished", lost: lost(message.ends), latency, windows, first, last });
    return;
  }
  if (message.type === "window") {
    windows.push(createHistogram());
    return;
  }
  if (message.type === "resume") {
    for (const client of clients) if (client.index < task.stalled) client.resume();
    return;
  }
  for (const client of clients) client.close();
  clearInterval(counting);
  clearInterval(beating);
  parentPort?.close();
});

const counting = setInterval(() => tell({ type: "counts" }), COUNTS_EVERY_MS);
const beating = setInterval(() => {
  for (const client of clients) client.heartbeat();
}, HEARTBEAT_EVERY_MS);
if (task.count === 0) tell({ type: "connected", logins });
connectDue(nowMs());

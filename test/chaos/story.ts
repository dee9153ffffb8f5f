import type { System } from "../harness/cluster.ts";
import { type ClientEvent, type History, idOf, type Message } from "./history.ts";
import type { Violation } from "./table.ts";
import type { Happened } from "./turmoil.ts";
import { processesOf } from "./watch.ts";

export interface StoryOf {
  readonly first: Violation;
  readonly history: History;
  readonly happened: readonly Happened[];
  readonly startedAt: number;
  readonly system: System;
}

const EVENTS_BEFORE = 12;
const EVENTS_AFTER = 4;
const LOG_LINES = 40;
const AROUND_MS = { before: 3_000, after: 8_000 } as const;

/** A violation for people: what was published and answered, what the client and each hop saw. */
export function story(of: StoryOf): string {
  const { first, history, startedAt } = of;
  const seconds = (at: number) => `+${((at - startedAt) / 1000).toFixed(3)} s`;
  const { rule, client, text, message } = first;
  const at = message?.startAt ?? first.at;
  const lines = [`${rule}: ${client ?? "the system"}: ${text} (${seconds(first.at)})`];
  if (message !== undefined) lines.push(`published: ${published(message, seconds)}`);
  const own = history.clients.find((one) => one.name === client);
  if (own !== undefined) {
    lines.push(`client ${own.name}, version ${own.version}, mid ${own.mid || "none"}:`);
    lines.push(...around(own.events, first, at).map((event) => `  ${eventText(event, seconds)}`));
  }
  lines.push("faults around it:");
  for (const { name, target, from, to } of of.happened) {
    const until = to === 0 ? Number.POSITIVE_INFINITY : to;
    if (from > first.at + AROUND_MS.after || until < at - AROUND_MS.before) continue;
    lines.push(`  ${seconds(from)} to ${seconds(until)} ${name} ${target}`);
  }
  lines.push("logs around it:", ...logLines(of.system, at, first.at, startedAt));
  return lines.join("\n");
}

function published(message: Message, seconds: (at: number) => string): string {
  const { startAt, endAt, answer, offset, detail, publisher } = message;
  const who = publisher ?? "nobody who waits";
  const when = `${seconds(startAt)} to ${seconds(endAt)}`;
  return `${idOf(message)} by ${who}, ${when}: ${answer} (${detail}), offset ${offset}`;
}

/** The last events up to the violation, and those around the time of the message. */
function around(events: readonly ClientEvent[], first: Violation, at: number): ClientEvent[] {
  const chosen = new Set<ClientEvent>();
  for (const time of [at, first.at]) {
    const next = events.findIndex((event) => event.at > time);
    const index = next < 0 ? events.length : next;
    const from = Math.max(0, index - EVENTS_BEFORE);
    for (const event of events.slice(from, index + EVENTS_AFTER)) chosen.add(event);
  }
  for (const event of events) {
    if (event.kind !== "push" && event.kind !== "acked") chosen.add(event);
  }
  return events.filter((event) => chosen.has(event)).slice(-3 * (EVENTS_BEFORE + EVENTS_AFTER));
}

function eventText(event: ClientEvent, seconds: (at: number) => string): string {
  const { kind, at } = event;
  const when = `${seconds(at)} ${kind}`;
  if (kind === "push") {
    const { message, offset } = event;
    return `${when} ${idOf(message)} at ${offset ?? message.offset} (${message.answer})`;
  }
  const { kind: _kind, at: _at, ...rest } = event;
  return `${when} ${JSON.stringify(rest)}`;
}

function logLines(system: System, from: number, to: number, startedAt: number): string[] {
  const wall = performance.timeOrigin;
  const [first, last] = [from + wall - AROUND_MS.before, to + wall + AROUND_MS.after];
  const lines = processesOf(system).flatMap((one) =>
    one.logged({}).flatMap((entry) => {
      const time = timeOf(entry);
      if (time < first || time > last) return [];
      const { level, msg, pid: _pid, time: _time, hostname: _host, ...rest } = entry;
      const at = ((time - wall - startedAt) / 1000).toFixed(3);
      return [{ time, text: `  +${at} s ${one.name} ${level} ${msg} ${JSON.stringify(rest)}` }];
    }),
  );
  lines.sort((a, b) => a.time - b.time);
  return lines.slice(0, LOG_LINES).map((line) => line.text.slice(0, 300));
}

function timeOf(entry: Readonly<Record<string, unknown>>): number {
  return typeof entry.time === "number" ? entry.time : Date.parse(String(entry.time));
}

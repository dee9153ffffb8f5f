/** The connection of a command that is over soon. */
import { hostname, userInfo } from "node:os";
import type { Bus } from "../bus/bus.ts";
import { connectBus, natsOptionsOf } from "../bus/connect.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import { GoimError, isGoimError } from "../kit/errors.ts";
import { type Log, silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import type { LogicConfig } from "./config.ts";
import type { Event } from "./events.ts";
import { type Act, createAudit } from "./moderation/audit.ts";

/** Most time for NATS to be reached, and then for what is opened there, ms. */
const REACH_MS = 10_000;
/** Most time for an act to be noted, ms. */
const NOTE_MS = 2_000;

export interface ToolBus {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Fails with "unavailable" when NATS cannot be reached in time, and as `use` does. */
export async function withBus<T>(
  { nats }: Pick<LogicConfig, "nats">,
  name: string,
  use: (tool: ToolBus) => Promise<T>,
  reachMs = REACH_MS,
): Promise<T> {
  const reach = new AbortController();
  // The clock's timers let a process end that has nothing else to do: not before it has answered.
  const stay = setInterval(() => {}, reachMs);
  const heard = { reason: "no answer" };
  const timer = setTimeout(() => reach.abort(unreached(nats.url, heard.reason)), reachMs);
  const common = { clock: systemClock, log: listening(heard), signal: reach.signal };
  const options = {
    ...natsOptionsOf(nats),
    name,
    kind: "logic" as const,
    metrics: createMetrics(),
  };
  try {
    const bus = await connectBus({ ...options, ...common });
    try {
      return await use({ bus, ...common });
    } finally {
      await bus.close();
    }
  } finally {
    clearTimeout(timer);
    clearInterval(stay);
  }
}

/**
 * Puts what a command has done into the audit stream, by who runs it. Before the first logic there
 * is no such stream, and nothing is noted.
 */
export async function noteAct(
  { bus, clock }: Pick<ToolBus, "bus" | "clock">,
  act: Omit<Act, "by">,
): Promise<void> {
  let stored: Promise<boolean> | undefined;
  const publish = ({ subject, data, id }: Event) => {
    const headers = { "Nats-Msg-Id": id };
    const asked = bus.request(subject, data, { timeoutMs: NOTE_MS, headers });
    stored = asked.then(
      () => true,
      (error: unknown) => {
        if (isGoimError(error)) return false;
        throw error;
      },
    );
    return stored;
  };
  const audit = createAudit({ events: { publish }, subjects: bus.subjects, clock });
  audit({ ...act, action: String(act.action), by: `${userInfo().username}@${hostname()}` });
  await stored;
}

/** Prints nothing, and keeps the reason that whatever waits for NATS gives last. */
function listening(heard: { reason: string }): Log {
  const warn = (fields: unknown) => {
    const { reason } = fields as { readonly reason?: unknown };
    if (typeof reason === "string") heard.reason = reason;
  };
  return Object.assign(Object.create(silentLog) as Log, { warn });
}

function unreached(url: string, reason: string): GoimError {
  // The address may have a password in it.
  const servers = url.replaceAll(/\/\/[^/@,]*@/g, "//");
  return new GoimError("unavailable", `NATS at ${servers} cannot be reached: ${reason}`);
}

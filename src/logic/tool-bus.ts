/** The connection of a command that is over soon. */
import type { Bus } from "../bus/bus.ts";
import { connectBus, natsOptionsOf } from "../bus/connect.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import { type Log, silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import type { LogicConfig } from "./config.ts";

/** Most time for NATS to be reached, ms. */
const CONNECT_MS = 10_000;

export interface ToolBus {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Fails when NATS cannot be reached, and as `use` does. */
export async function withBus<T>(
  { nats }: Pick<LogicConfig, "nats">,
  name: string,
  use: (tool: ToolBus) => Promise<T>,
): Promise<T> {
  const common = { clock: systemClock, log: silentLog, signal: AbortSignal.timeout(CONNECT_MS) };
  const options = {
    ...natsOptionsOf(nats),
    name,
    kind: "logic" as const,
    metrics: createMetrics(),
  };
  const bus = await connectBus({ ...options, ...common });
  try {
    return await use({ bus, ...common });
  } finally {
    await bus.close();
  }
}

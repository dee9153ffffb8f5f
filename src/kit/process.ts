import { type Admin, createAdmin } from "./admin.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Address, ProcessName } from "./config.ts";
import { messageOf } from "./errors.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createLog, flushLog, type Log, type LogLevel } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { Service } from "./service.ts";
import { onDrainWord, tellReady, workerNumber } from "./workers.ts";

export interface ProcessOptions {
  readonly name: ProcessName;
  readonly log: { readonly level: LogLevel; readonly pretty: boolean };
  readonly adminAddr: Address;
  /** From SIGTERM to exit 0, milliseconds. */
  readonly drainTimeoutMs: number;
}

/** What a process gives to its parts. */
export interface ProcessContext {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly admin: Admin;
  /** Aborted when the process is to end; ends waits of the start (for NATS, for streams). */
  readonly signal: AbortSignal;
  /** Ends the process with exit code 1 after everything was stopped. For what cannot be mended. */
  fail(error: Error): void;
}

/** After a failure, services get this long to close their sockets, milliseconds. */
const failureStopMs = 2_000;

/** Time that writing the last lines may take when nobody reads them, milliseconds. */
const lastLinesMs = 200;

/** Why the process ends. */
type Ending = { readonly signal: NodeJS.Signals } | { readonly error: unknown };

/**
 * The life of a process, from the first line of its log to its exit code: 0 after SIGTERM or
 * SIGINT, 1 after a failure or when it could not end in time. Never returns to the caller.
 */
export async function runProcess(
  options: ProcessOptions,
  build: (context: ProcessContext) => Promise<Service[]>,
): Promise<void> {
  const worker = workerNumber();
  process.title = `goim ${options.name}${worker === undefined ? "" : ` ${worker}`}`;
  const clock = systemClock;
  const root = createLog({ name: options.name, ...options.log });
  const log = worker === undefined ? root : root.child({ worker });
  const metrics = createMetrics({ process: true });
  const admin = createAdmin({ address: options.adminAddr }, { log, metrics });
  const lifecycle = new Lifecycle({ log, clock });
  const { ending, abort, end } = listenForTheEnd(log);

  const start = async () => {
    await lifecycle.start(admin);
    const fail = (error: Error) => end({ error });
    const services = await build({ log, metrics, clock, admin, signal: abort.signal, fail });
    for (const service of services) {
      if (abort.signal.aborted) return;
      await lifecycle.start(service);
    }
    if (abort.signal.aborted) return;
    admin.setPhase("ready");
    log.info({ ready: true }, "ready");
    tellReady();
  };
  start().catch((error: unknown) => end({ error }));

  const reason = await ending;
  admin.setPhase("draining");
  if ("signal" in reason) {
    log.info({ signal: reason.signal }, "draining");
    const complete = await lifecycle.end({ drain: true, deadlineMs: options.drainTimeoutMs });
    log.info({ complete }, "stopped");
    await exit(log, complete ? 0 : 1);
  } else {
    log.fatal({ error: messageOf(reason.error), stack: stackOf(reason.error) }, "failed");
    await lifecycle.end({ drain: false, deadlineMs: failureStopMs });
    await exit(log, 1);
  }
}

/**
 * One place where every way to end arrives; what comes after the first ends the process at once.
 */
function listenForTheEnd(log: Log) {
  const abort = new AbortController();
  let resolve: (ending: Ending) => void = () => {};
  const ending = new Promise<Ending>((done) => {
    resolve = done;
  });
  const end = (reason: Ending) => {
    if (abort.signal.aborted) {
      // Waits that the first reason cut short fail with it: no news, and no second ending.
      if ("error" in reason) log.debug({ error: messageOf(reason.error) }, "ended while ending");
      return;
    }
    abort.abort();
    resolve(reason);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted) {
        log.warn({ signal }, "second signal: not waiting any longer");
        void exit(log, 1);
      }
      end({ signal });
    });
  }
  // Ctrl-C reaches supervisor and workers alike: being told as well is no second signal.
  onDrainWord(() => end({ signal: "SIGTERM" }));
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ event, error: messageOf(error), stack: stackOf(error) }, "bug");
      if (abort.signal.aborted) void exit(log, 1);
      end({ error });
    });
  }
  // goim ignores it; reloading what can be reloaded takes its place when there is something.
  process.on("SIGHUP", () => log.info("SIGHUP has no effect"));
  return { ending, abort, end };
}

/** The stack of a bug; what has a code (a busy port, NATS not there) is told in one sentence. */
function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || "code" in error) return undefined;
  return error.cause === undefined ? error.stack : stackOf(error.cause);
}

/** The last line is the one that matters: it is written before the process is gone. */
async function exit(log: Log, code: number): Promise<never> {
  await flushLog(log, lastLinesMs);
  process.exit(code);
}

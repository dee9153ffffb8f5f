import { type Logger, pino } from "pino";

/**
 * A structured logger: `log.info({ room }, "sentence")`. Never called once per socket of a fan-out.
 */
export type Log = Logger;

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

export interface LogOptions {
  /** Process name, on every line. */
  readonly name: string;
  readonly level: LogLevel;
  /** Colours and one-line text for a person instead of JSON for a collector. */
  readonly pretty?: boolean;
}

/** Keys whose values never reach a log line. */
const secrets = ["token", "cookie", "password", "authorization", "*.token", "*.cookie"];

/**
 * Bytes of log lines that may wait while nobody reads standard output; lines beyond are dropped.
 * The process neither stops for a stalled collector nor grows without bound.
 */
const waitingBytesMax = 16 * 1024 * 1024;

export function createLog(options: LogOptions): Log {
  const base = { name: options.name, level: options.level, redact: secrets };
  if (options.pretty !== true) {
    // Below a minLength of 1 the stream's flush would call back before anything is written.
    const stream = { fd: 1, sync: false, minLength: 1, maxLength: waitingBytesMax };
    return pino(base, pino.destination(stream));
  }
  return pino({
    ...base,
    transport: { target: "pino-pretty", options: { ignore: "pid,hostname,name" } },
  });
}

/** A log that says nothing, for tests of parts that need one. */
export const silentLog: Log = pino({ level: "silent" });

/** Resolves when every line so far is written, or after `limitMs`. To be awaited before an exit. */
export function flushLog(log: Log, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, limitMs).unref();
    log.flush(() => resolve());
  });
}

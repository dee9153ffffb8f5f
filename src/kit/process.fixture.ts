/** A process for process.test.ts; its first argument says how it behaves. */
import { GoimError } from "./errors.ts";
import { type ProcessContext, runProcess } from "./process.ts";
import type { Service } from "./service.ts";

const behaviour = process.argv[2];
const never = () => new Promise<void>(() => {});

const events = (context: ProcessContext, name: string, parts: Partial<Service> = {}): Service => ({
  name,
  start: async () => context.log.info(`start ${name}`),
  drain: async () => context.log.info(`drain ${name}`),
  stop: async () => context.log.info(`stop ${name}`),
  ...parts,
});

async function build(context: ProcessContext): Promise<Service[]> {
  const base = events(context, "base");
  switch (behaviour) {
    case "build-fails":
      throw new GoimError("unavailable", "nats-server is too old");
    case "start-fails":
      return [base, events(context, "top", { start: () => Promise.reject(new Error("no port")) })];
    case "waits":
      await new Promise((_, reject) => {
        context.signal.addEventListener("abort", () => reject(context.signal.reason));
        context.log.info("waiting");
      });
      return [];
    case "drain-hangs":
      return [base, events(context, "top", { drain: never })];
    case "stop-hangs":
      return [base, events(context, "top", { stop: never })];
    case "fails":
      return [base, events(context, "top", { start: async () => context.fail(new Error("lost")) })];
    case "throws":
      setTimeout(() => {
        throw new Error("a bug");
      }, 10);
      return [base];
    case "rejects":
      setTimeout(() => void Promise.reject(new Error("a forgotten promise")), 10);
      return [base];
    default:
      return [base, events(context, "top")];
  }
}

const adminAddr = { host: "127.0.0.1", port: 0 };
const log = { level: "debug", pretty: false } as const;
await runProcess({ name: "job", log, adminAddr, drainTimeoutMs: 1000 }, build);

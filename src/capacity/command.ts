import { type Command, InvalidArgumentError } from "commander";
import { parseDuration } from "../kit/config-values.ts";
import { measuredCosts } from "./costs.ts";
import type { Sizes, Workload } from "./load.ts";
import { defaultHeadroom, planOf } from "./plan.ts";
import { planText } from "./table.ts";

const examples = `
Examples:
  goim capacity --connections 1000000 --rooms 1 --rate 40
  goim capacity --connections 20000000 --rooms 1000000 --rate 0.05 --room-max 100000 \\
                --room-max-rate 20 --user-rate 20000
  goim capacity --connections 10000 --rooms 1 --rate 40 --comets 1 --logics 1 --jobs 1 --nats 1`;

interface Raw {
  readonly connections: number;
  readonly rooms: number;
  readonly rate: number;
  readonly roomMax?: number;
  readonly roomMaxRate?: number;
  readonly userRate: number;
  readonly logins?: number;
  readonly size: number;
  readonly transport: string;
  readonly flush: number;
  readonly cores: number;
  readonly connectionsPerComet: number;
  readonly natsCores: number;
  readonly network: number;
  readonly comets?: number;
  readonly logics?: number;
  readonly jobs?: number;
  readonly nats?: number;
  readonly json: boolean;
}

/** Adds `goim capacity`: what a load needs, reckoned from measured costs (docs/scaling.md). */
export function registerCapacity(program: Command): void {
  program
    .command("capacity")
    .description("how many processes a load needs, and what breaks first (docs/scaling.md)")
    .requiredOption("--connections <n>", "clients that are connected", number(1, 1e9))
    .option("--rooms <n>", "rooms with members", number(0, 1e9), 1)
    .option("--rate <n>", "messages per second into each room", number(0, 1e6), 1)
    .option(
      "--room-max <n>",
      "members of the largest room (default: an even share)",
      number(0, 1e9),
    )
    .option("--room-max-rate <n>", "messages per second into it (default: --rate)", number(0, 1e6))
    .option("--user-rate <n>", "pushes per second to single users, in all", number(0, 1e8), 0)
    .option("--logins <n>", "logins per second (default: all within an hour)", number(0, 1e7))
    .option("--size <bytes>", "bytes of a message", number(1, 65_536), 100)
    .option("--transport <name>", "ws or tcp", transport, "ws")
    .option("--flush <time>", "most time between two flushes of the largest room", seconds, 0.3)
    .option("--cores <n>", "part of a core that a process may use", number(0.05, 1), 0.6)
    .option("--connections-per-comet <n>", "at most", number(1, 1e6), defaultHeadroom.connections)
    .option("--nats-cores <n>", "cores of a nats-server", number(1, 256), defaultHeadroom.natsCores)
    .option("--network <gbit>", "of each machine, Gbit per second", number(0.1, 400), 10)
    .option("--comets <n>", "so many, instead of as many as it takes", number(1, 1e6))
    .option("--logics <n>", "likewise", number(1, 1e6))
    .option("--jobs <n>", "likewise", number(1, 1e6))
    .option("--nats <n>", "likewise", number(1, 1e6))
    .option("--json", "the plan as JSON", false)
    .addHelpText("after", examples)
    .action((raw: Raw) => {
      const work = workloadOf(raw);
      const headroom = {
        cores: raw.cores,
        connections: raw.connectionsPerComet,
        natsCores: raw.natsCores,
        networkBits: raw.network * 1e9,
      };
      const plan = planOf(work, measuredCosts, headroom, sizesOf(raw));
      const text = raw.json
        ? JSON.stringify({ work, headroom, ...plan }, null, 2)
        : planText(work, plan, headroom);
      process.stdout.write(`${text}\n`);
    });
}

const SECONDS_OF_AN_HOUR = 3600;

function workloadOf(raw: Raw): Workload {
  const { connections, rooms } = raw;
  const even = rooms === 0 ? 0 : Math.ceil(connections / rooms);
  const roomMax = Math.min(connections, raw.roomMax ?? even);
  return {
    ...{ connections, rooms, roomMax },
    roomRate: raw.rate,
    roomMaxRate: rooms === 0 ? 0 : (raw.roomMaxRate ?? raw.rate),
    userRate: raw.userRate,
    loginRate: raw.logins ?? connections / SECONDS_OF_AN_HOUR,
    bodyBytes: raw.size,
    transport: raw.transport === "tcp" ? "tcp" : "ws",
    flushSeconds: raw.flush,
  };
}

function sizesOf({ comets, logics, jobs, nats }: Raw): Partial<Sizes> {
  return {
    ...(comets !== undefined && { comets }),
    ...(logics !== undefined && { logics }),
    ...(jobs !== undefined && { jobs }),
    ...(nats !== undefined && { natsNodes: nats }),
  };
}

function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`A number from ${min} to ${max} is allowed.`);
  };
}

function transport(text: string): string {
  if (text === "ws" || text === "tcp") return text;
  throw new InvalidArgumentError("ws or tcp is allowed.");
}

function seconds(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= 60_000) return ms / 1000;
  throw new InvalidArgumentError('A time like "300ms" up to 60s is allowed.');
}

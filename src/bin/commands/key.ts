import type { Command } from "commander";
import { loadConfig } from "../../kit/config.ts";
import { parseDuration } from "../../kit/config-values.ts";
import { GoimError } from "../../kit/errors.ts";
import type { ApiKeyTool } from "../../logic/key-tool.ts";
import { addConfigOptions, type ConfigOptions } from "../goim-flags.ts";
import { toolSources } from "./process.ts";

/** Said once: what worked a moment ago works no more. */
const FIRST_KEY =
  "goim: this is the first key: from now on every call of the HTTP API needs one, goim's own\n" +
  "goim: (/goim/push/…, /goim/online/…) too: Authorization: Bearer <secret>. Open stay logins,\n" +
  "goim: /goim/nodes/weighted and what users do with their tokens. The demo page asks for a key.\n";

type Action = (keys: ApiKeyTool, options: ConfigOptions, id: string) => Promise<unknown>;

/** `goim key create|list|rotate|revoke`: keys of the HTTP API, over NATS, also before any logic. */
export function registerKey(program: Command): void {
  const key = program.command("key").description("keys of the HTTP API: who may push and change");
  const create = key
    .command("create")
    .description("make a key; its secret is printed this once")
    .requiredOption("--name <text>", "what people know it by")
    .requiredOption("--scopes <list>", "push:room,push:user,push:all,rooms:write,… or all")
    .option("--room-types <list>", "only for rooms of these types, with commas between")
    .option("--rate <n>", "most calls in a second on one logic")
    .option("--burst <n>", "most calls at once after a pause")
    .option("--expires <duration>", "how long it is good, such as 720h");
  run(create, async (keys, options) => {
    const isFirst = (await keys.list()).length === 0;
    const made = await keys.create(specOf(options));
    if (isFirst) process.stderr.write(FIRST_KEY);
    return made;
  });
  run(key.command("list").description("all keys, revoked ones too"), (keys) => keys.list());
  const rotate = key
    .command("rotate <id>")
    .description("a new secret for a key")
    .option("--overlap <duration>", "how long the old one is good besides", "0");
  run(rotate, (keys, { overlap }, id) => keys.rotate(id, durationOf("--overlap", overlap)));
  const revoke = key.command("revoke <id>").description("make a key void, at once");
  run(revoke, (keys, _, id) => keys.revoke(id));
}

function run(command: Command, action: Action): void {
  addConfigOptions(command).action(async () => {
    // Loaded here: a comet needs nothing of it.
    const { withApiKeys } = await import("../../logic/key-tool.ts");
    const { logicConfig } = await import("../../logic/config.ts");
    const config = loadConfig(logicConfig, await toolSources(command));
    const [id = ""] = command.args;
    const result = await withApiKeys(config, (keys) => {
      return action(keys, command.opts<ConfigOptions>(), id);
    });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  });
}

function specOf(options: ConfigOptions): unknown {
  const { name, scopes, roomTypes, rate, burst, expires } = options;
  return {
    name,
    scopes: listOf(scopes),
    ...(roomTypes === undefined ? {} : { roomTypes: listOf(roomTypes) }),
    ...(rate === undefined ? {} : { ratePerSecond: Number(rate) }),
    ...(burst === undefined ? {} : { burst: Number(burst) }),
    ...(expires === undefined ? {} : { expiresAt: Date.now() + durationOf("--expires", expires) }),
  };
}

function listOf(value: unknown): string[] {
  return String(value)
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function durationOf(option: string, value: unknown): number {
  const ms = parseDuration(String(value));
  if (ms === undefined) throw new GoimError("invalid", `${option}: a duration such as "1h"`);
  return ms;
}

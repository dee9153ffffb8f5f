import type { Command } from "commander";
import { loadConfig } from "../../kit/config.ts";
import { addConfigOptions } from "../goim-flags.ts";
import { toolSources } from "./process.ts";

/** `goim user rotate-secret`: a new secret for the tokens of the users' module, over NATS. */
export function registerUser(program: Command): void {
  const user = program.command("user").description("users that the system keeps itself");
  const rotate = user
    .command("rotate-secret")
    .description("a new secret for tokens; what was signed before stays good until it is over")
    .option("--void", "the ones before are good for nothing from now on: everybody logs in again");
  addConfigOptions(rotate).action(async () => {
    // Loaded here: a comet needs nothing of it.
    const { rotateUsersSecret } = await import("../../logic/user-tool.ts");
    const { logicConfig } = await import("../../logic/config.ts");
    const config = loadConfig(logicConfig, await toolSources(rotate));
    const voidPrevious = rotate.opts<{ void?: boolean }>().void === true;
    const rotated = await rotateUsersSecret(config, { voidPrevious });
    process.stdout.write(`${JSON.stringify(rotated, null, 2)}\n`);
  });
}

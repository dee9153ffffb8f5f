import type { Command } from "commander";
import { leavesOf } from "../../kit/config-leaves.ts";
import { addConfigOptions, sourcesOf } from "../goim-flags.ts";
import { isProcessName, loadEntry, type ProcessEntry, processes } from "../processes.ts";

/** `goim comet`, `goim logic`, `goim job`: run one process until a signal ends it. */
export function registerProcesses(program: Command): void {
  for (const [name, description] of Object.entries(processes)) {
    if (!isProcessName(name)) continue;
    const command = program.command(name).description(description);
    addConfigOptions(command).action(async () => {
      const entry = await loadEntry(name);
      await entry.run(commandSources(command, entry));
    });
  }
}

/** The sources of a command for the process it names; warnings go to standard error. */
export function commandSources(command: Command, entry: ProcessEntry) {
  const known = new Set(leavesOf(entry.spec).map((leaf) => leaf.key));
  return sourcesOf(command, {
    has: (key) => known.has(key),
    env: process.env,
    warn: (line) => process.stderr.write(`goim: ${line}\n`),
  });
}

/**
 * The sources of a tool that reads logic's configuration. Where logic would listen is no matter to
 * it, and might not be allowed without a key.
 */
export async function toolSources(command: Command) {
  const sources = commandSources(command, await loadEntry("logic"));
  return { ...sources, env: { ...sources.env, GOIM_AUTH_INSECURE: "true" } };
}

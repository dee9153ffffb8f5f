import { Argument, type Command } from "commander";
import { type ConfigSources, loadConfig, type ProcessName } from "../../kit/config.ts";
import { renderDefaults, renderEffective } from "../../kit/config-render.ts";
import { addConfigOptions } from "../goim-flags.ts";
import { loadEntry, type ProcessEntry, processes } from "../processes.ts";
import { commandSources } from "./process.ts";

type Show = (entry: ProcessEntry, sources: ConfigSources) => string;

const actions: Readonly<Record<string, { description: string; show: Show }>> = {
  check: {
    description: "say whether a process would start with this configuration",
    show: (entry, sources) => {
      loadConfig(entry.spec, sources);
      return `${sources.file ?? "configuration"}: good for ${entry.spec.process}\n`;
    },
  },
  default: {
    description: "print the complete file with every key, its default and what it does",
    show: (entry) => renderDefaults(entry.spec),
  },
  print: {
    description: "print what a process would use and where each value comes from, secrets masked",
    show: (entry, sources) => renderEffective(entry.spec, sources),
  },
};

/** `goim config check|default|print <process>`. */
export function registerConfig(program: Command): void {
  const config = program.command("config").description("check, show and explain configuration");
  for (const [name, { description, show }] of Object.entries(actions)) {
    const command = config.command(name).description(description);
    command.addArgument(new Argument("<process>").choices(Object.keys(processes)));
    addConfigOptions(command).action(async (processName: ProcessName) => {
      const entry = await loadEntry(processName);
      process.stdout.write(show(entry, commandSources(command, entry)));
    });
  }
}

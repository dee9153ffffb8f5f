import { readFileSync } from "node:fs";
import type { Command } from "commander";

/** The version of the package; the file lies three folders up in src/ and in dist/ alike. */
export function packageVersion(): string {
  const file = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** `goim version` and `goim --version`. */
export function registerVersion(program: Command): void {
  program.version(packageVersion());
  program
    .command("version")
    .description("print the version, and that of Node")
    .action(() => {
      process.stdout.write(`goim-nats ${packageVersion()}, node ${process.version}\n`);
    });
}

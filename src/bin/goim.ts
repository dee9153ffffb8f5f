#!/usr/bin/env node
/** The one command of the system: `goim comet`, `goim config check comet`, `goim decode`, … */
import { createProgram, exitCodeOf } from "./program.ts";

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error, (line) => process.stderr.write(`${line}\n`));
}

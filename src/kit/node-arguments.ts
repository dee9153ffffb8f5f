import type { ProcessName } from "./config.ts";

/** One half of the young generation, in MiB, from the start and for good. */
const YOUNG_MB: Readonly<Record<ProcessName, number>> = { comet: 2, logic: 16, job: 4 };

/**
 * What node is best started with for a process of the system: a young generation of a fixed size.
 * V8's own grows from 1 to 16 MiB for each half as more survives and shrinks again in quiet times,
 * so that resident memory wanders by 30 MiB for the first hour. Comet keeps what it makes for as
 * long as a connection lives and wants it small; logic makes what is gone a millisecond later.
 * Smaller ones are collected in shorter pauses, larger ones cost less in all: bench/README.md has
 * figures. What an operator gives behind these counts instead.
 */
export function nodeArgumentsOf(name: ProcessName): string[] {
  const size = YOUNG_MB[name];
  return [`--min-semi-space-size=${size}`, `--max-semi-space-size=${size}`];
}

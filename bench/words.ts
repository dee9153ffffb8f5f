/** What the word filter costs: 10,000 random words of CJK, messages of 200 characters. */
import { randomInt } from "node:crypto";
import { systemClock } from "../src/kit/clock.ts";
import { WordFilter } from "../src/logic/moderation/word-filter.ts";
import { distinctWords, textOf } from "./random-words.ts";

const WORDS = 10_000;
const MESSAGES = 5_000;
const CHARS = 200;
/** Runs work while the loop turns; resolves to its time and the longest turn, milliseconds. */
async function watched(work: () => Promise<void>): Promise<{ tookMs: number; longestMs: number }> {
  let [longestMs, running] = [0, true];
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    if (running) setImmediate(tick);
  };
  setImmediate(tick);
  const startedMs = performance.now();
  await work();
  running = false;
  return { tookMs: performance.now() - startedMs, longestMs };
}

/** Microseconds per message, sorted. */
function timesOf(filter: WordFilter, texts: readonly string[]): number[] {
  for (let round = 0; round < 3; round++)
    for (const text of texts) filter.check("live://1", [text]);
  const times = texts.map((text) => {
    const startedMs = performance.now();
    filter.check("live://1", [text]);
    return (performance.now() - startedMs) * 1000;
  });
  return times.sort((a, b) => a - b);
}

const words = distinctWords(WORDS);
const filter = new WordFilter({ sliceMs: 5 }, systemClock);
const head = { id: "bench", revision: 1, scope: { kind: "all" }, action: "mask" } as const;
const build = await watched(() => filter.set({ ...head, match: "anywhere", words }));
const [state] = filter.states();
console.log(
  `${words.length} words (${state?.states} states): built in ${build.tookMs.toFixed(0)} ms, ` +
    `longest turn ${build.longestMs.toFixed(1)} ms`,
);

const clean = Array.from({ length: MESSAGES }, () => textOf(CHARS));
const hit = clean.map((text) => {
  const word = words[randomInt(words.length)] ?? "";
  const at = randomInt(CHARS - word.length);
  return text.slice(0, at) + word + text.slice(at + word.length);
});
for (const [name, texts] of Object.entries({ "random text": clean, "with a word": hit })) {
  const masked = texts.filter((text) => filter.check("live://1", [text]).action === "mask").length;
  const times = timesOf(filter, texts);
  const at = (part: number) => (times[Math.floor(times.length * part)] ?? 0).toFixed(1);
  console.log(`${name}: p50 ${at(0.5)} us, p99 ${at(0.99)} us, ${masked} of ${MESSAGES} masked`);
}

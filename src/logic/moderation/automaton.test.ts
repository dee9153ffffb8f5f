import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Automaton, type BuildOptions } from "./automaton.ts";

const options: BuildOptions = { sliceMs: 5, monotonic: () => 0, turn: async () => {} };

function found(automaton: Automaton, words: readonly string[], text: string): string[] {
  const units = Uint16Array.from(text, (_, at) => text.charCodeAt(at));
  const matches: string[] = [];
  automaton.find(units, units.length, (word, end) => {
    matches.push(`${words[word]}@${end}`);
  });
  return matches.sort();
}

function naive(words: readonly string[], text: string): string[] {
  const matches: string[] = [];
  for (const word of new Set(words)) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      matches.push(`${word}@${at + word.length}`);
    }
  }
  return matches.sort();
}

/** Few letters, so that words lie in, over and behind each other. */
const letters = fc.constantFrom("a", "b", "敏", "感", "\u{1f600}".slice(0, 1));
const word = fc.string({ unit: letters, minLength: 1, maxLength: 6 });
const text = fc.string({ unit: letters, maxLength: 60 });

describe("the automaton", () => {
  it("finds what a naive search finds, words within words included", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 40 }), text, async (words, where) => {
        const automaton = await Automaton.build(words, options);
        expect(found(automaton, words, where)).toEqual(naive(words, where));
      }),
      { numRuns: 500 },
    );
  });

  it("finds nothing where there are no words", async () => {
    const automaton = await Automaton.build([], options);
    expect(found(automaton, [], "anything")).toEqual([]);
    expect(automaton.states).toBe(1);
  });

  it("is built in slices", async () => {
    let [now, turns, longest, started] = [0, 0, 0, 0];
    const words = Array.from({ length: 20_000 }, (_, index) => `w${index.toString(36)}x`);
    await Automaton.build(words, {
      sliceMs: 5,
      // Every look at the clock is a millisecond later.
      monotonic: () => now++,
      turn: async () => {
        turns++;
        longest = Math.max(longest, now - started);
        started = now;
      },
    });
    expect(turns).toBeGreaterThan(10);
    expect(longest).toBeLessThanOrEqual(7);
  });
});

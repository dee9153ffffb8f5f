import { describe, expect, it } from "vitest";
import { grownBy, samples } from "./counters.ts";

describe("counters of a page", () => {
  it("are found by name, with labels and without", () => {
    const page = '# HELP a b\na_total 3\nb{x="1 2"} 4\nb{x="2"} 5.5\n';
    expect(samples(page)).toEqual([
      ["a_total", 3],
      ["b", 4],
      ["b", 5.5],
    ]);
  });

  it("are compared by short names", () => {
    const after = new Map([
      ["goim_reads_total", 7],
      ["goim_new", 2],
    ]);
    expect(grownBy(new Map([["goim_reads_total", 3]]), after)).toEqual({ reads: 4, new: 2 });
  });
});

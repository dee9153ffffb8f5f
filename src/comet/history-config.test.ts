import { describe, expect, it } from "vitest";
import { historySection, replayProblems, replayTable } from "./history-config.ts";

const parse = (written: Record<string, unknown>) => historySection.parse(written);

describe("history.types", () => {
  it("replays video as a whole and nothing else, when nobody says otherwise", () => {
    const config = parse({});
    expect([...replayTable(config)]).toEqual([["video", config.replayMax]]);
    expect(replayProblems(config.types)).toEqual([]);
  });

  it("takes a number, bounded by replayMax, and a type without a name", () => {
    const config = parse({ types: "chat=50,video=all,huge=9999,=3", replayMax: 100 });
    expect([...replayTable(config)]).toEqual([
      ["chat", 50],
      ["video", 100],
      ["huge", 100],
      ["", 3],
    ]);
    expect(replayProblems(config.types)).toEqual([]);
  });

  it.each(["video", "video=", "video=0", "video=some", "video=-1", "a=b=all"])(
    "refuses %s",
    (text) => {
      expect(replayProblems([text])[0]).toContain(`"${text}"`);
    },
  );

  it("refuses a type that is there twice", () => {
    expect(replayProblems(["a=1", "a=all"])).toEqual(['history.types: "a" is there twice']);
  });
});

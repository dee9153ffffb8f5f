import { describe, expect, it } from "vitest";
import { goimArguments } from "./goim-flags.ts";

describe("goimArguments", () => {
  it("writes goim's single-dash flags as ours", () => {
    const goim = "comet -conf a.toml -region=sh -deploy.env prod -weight 5 -offline -debug=false";
    expect(goimArguments(goim.split(" ")).join(" ")).toBe(
      "comet --conf a.toml --region=sh --deploy.env prod --weight 5 --offline=true --debug=false",
    );
  });

  it("leaves our own flags and short ones alone", () => {
    const ours = ["comet", "-c", "a.toml", "--set", "tcp.bind=:0", "--region", "sh", "-h"];
    expect(goimArguments(ours)).toEqual(ours);
  });

  it("leaves a value alone that looks like a flag", () => {
    expect(goimArguments(["-c", "-conf", "-zone", "-debug", "-debug"])).toEqual([
      "-c",
      "-conf",
      "--zone",
      "-debug",
      "--debug=true",
    ]);
  });
});

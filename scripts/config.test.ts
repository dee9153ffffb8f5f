import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isProcessName, loadEntry, processes } from "../src/bin/processes.ts";
import { loadConfig } from "../src/kit/config.ts";
import { leavesOf, notesOf } from "../src/kit/config-leaves.ts";
import { renderDefaults } from "../src/kit/config-render.ts";

describe.each(Object.keys(processes).filter(isProcessName))("config/%s.toml", (name) => {
  const file = new URL(`../config/${name}.toml`, import.meta.url);

  it("is what the code says (else run: npx tsx scripts/config.ts)", async () => {
    const { spec } = await loadEntry(name);
    expect(readFileSync(file, "utf8")).toBe(renderDefaults(spec));
  });

  it("means the same as no file", async () => {
    const { spec } = await loadEntry(name);
    const path = decodeURIComponent(file.pathname);
    expect(loadConfig(spec, { file: path, env: {} })).toEqual(loadConfig(spec, { env: {} }));
  });

  it("describes every key", async () => {
    const { spec } = await loadEntry(name);
    for (const { key, schema } of leavesOf(spec)) {
      expect(notesOf(schema).description, key).toMatch(/\S/);
    }
  });
});

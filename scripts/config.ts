/**
 * Writes config/{comet,logic,job}.toml from the code; with --check only says whether they are
 * fresh.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { isProcessName, loadEntry, processes } from "../src/bin/processes.ts";
import { renderDefaults } from "../src/kit/config-render.ts";

const onlyCheck = process.argv.includes("--check");

for (const name of Object.keys(processes)) {
  if (!isProcessName(name)) continue;
  const path = `config/${name}.toml`;
  const file = new URL(`../${path}`, import.meta.url);
  const { spec } = await loadEntry(name);
  const content = renderDefaults(spec);
  if (!onlyCheck) {
    writeFileSync(file, content);
  } else if (readFileSync(file, "utf8") !== content) {
    console.error(`${path}: not what the code says; run: npx tsx scripts/config.ts`);
    process.exitCode = 1;
  }
}

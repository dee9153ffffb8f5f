/**
 * Generates src/protocol/gen from proto/. `--check` generates into memory and fails when the files
 * that are checked in differ.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const sources = ["protocol", "push", "comet", "logic", "mailbox"].map(
  (name) => `proto/${name}.proto`,
);
const bin = (name: string) => join(root, "node_modules", ".bin", name);

function generate(): { js: string; dts: string } {
  const dir = mkdtempSync(join(tmpdir(), "goim-proto-"));
  try {
    const js = join(dir, "messages.js");
    const dts = join(dir, "messages.d.ts");
    const flags = ["-t", "static-module", "-w", "esm", "--es6", "-p", "proto"];
    const omit = ["--no-verify", "--no-convert", "--no-delimited", "--no-typeurl", "--no-service"];
    const dependency = ["--dependency", "protobufjs/minimal.js"];
    execFileSync(bin("pbjs"), [...flags, ...omit, ...dependency, "-o", js, ...sources], {
      cwd: root,
    });
    execFileSync(bin("pbts"), ["-o", dts, js], { cwd: root });
    return { js: readFileSync(js, "utf8"), dts: readFileSync(dts, "utf8") };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const out = join(root, "src", "protocol", "gen");
const { js, dts } = generate();
if (process.argv.includes("--check")) {
  const same =
    readFileSync(join(out, "messages.js"), "utf8") === js &&
    readFileSync(join(out, "messages.d.ts"), "utf8") === dts;
  if (!same) {
    console.error("src/protocol/gen is not what proto/ generates: run npm run proto");
    process.exit(1);
  }
} else {
  writeFileSync(join(out, "messages.js"), js);
  writeFileSync(join(out, "messages.d.ts"), dts);
}

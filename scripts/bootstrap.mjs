/**
 * What a fresh clone lacks, in plain JavaScript because nothing is installed yet: the Node version
 * is checked, dependencies are installed when they are missing or older than the lockfile.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

const NODE_FLOOR = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [floorMajor, floorMinor] = NODE_FLOOR;
  if (major > floorMajor || (major === floorMajor && minor >= floorMinor)) return;
  console.error(`Node ${process.versions.node} is too old: ${NODE_FLOOR.join(".")} or newer.`);
  process.exit(1);
}

/** Holds the hash of the lockfile that was installed. */
const installedMark = join(root, "node_modules", ".goim-installed");

function lockfileHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

function dependenciesFresh() {
  return existsSync(installedMark) && readFileSync(installedMark, "utf8") === lockfileHash();
}

/**
 * `npm install` and not `npm ci`: the lockfile names the platforms it was made for, and `npm ci`
 * refuses it wherever a registry lacks the native packages of the others. Versions and hashes come
 * from the lockfile all the same.
 */
export function ensureDependencies() {
  checkNode();
  if (dependenciesFresh()) return;
  console.log("setup  installing dependencies (npm install)");
  const args = ["install", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const run = spawnSync("npm", args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (run.status !== 0) {
    console.error("setup  npm install failed: see above. Without dependencies nothing can start.");
    process.exit(1);
  }
  writeFileSync(installedMark, lockfileHash());
}

/** Lets this process import the TypeScript of scripts/. */
export async function registerTypeScript() {
  const { register } = await import("tsx/esm/api");
  register();
}

/**
 * Programs that tests need besides Node: found, else installed from Debian's packages, else
 * refused.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const FOLDERS = ["/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin"];
const APT = ["-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends"];

export interface Tool {
  /** File names of the program, the preferred one first. */
  readonly names: readonly string[];
  /** Environment variable that may name its path. */
  readonly variable: string;
  readonly debianPackage: string;
  readonly why: string;
}

export const redisServer: Tool = {
  names: ["redis-server"],
  variable: "GOIM_REDIS_SERVER",
  debianPackage: "redis-server",
  why: "the Redis session store is tested against a real server",
};

export const chromium: Tool = {
  names: ["chromium", "chromium-browser", "google-chrome"],
  variable: "GOIM_CHROMIUM",
  debianPackage: "chromium",
  why: "the demo page is tested in a real browser",
};

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of the tool, or undefined. */
export function findTool(tool: Tool): string | undefined {
  const given = process.env[tool.variable];
  if (given !== undefined) return executable(given) ? given : undefined;
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...FOLDERS];
  for (const folder of folders) {
    const path = tool.names.map((name) => join(folder, name)).find(executable);
    if (path !== undefined) return path;
  }
  return undefined;
}

function installFromDebian(tool: Tool): string {
  const apt = spawnSync("apt-get", ["--version"]);
  if (apt.status !== 0) return "there is no apt-get on this system";
  if (process.getuid?.() !== 0) return "only root may install it";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const refresh = spawnSync("apt-get", ["update"], { env, encoding: "utf8" });
  const run = spawnSync("apt-get", [...APT, tool.debianPackage], { env, encoding: "utf8" });
  if (run.status === 0) return "";
  return `apt-get said: ${`${refresh.stderr}${run.stderr}`.trim().slice(-400)}`;
}

/** Path of the tool, installed when missing. Throws with what to do. */
export function ensureTool(tool: Tool, say: (line: string) => void): string {
  const found = findTool(tool);
  if (found !== undefined) return found;
  const name = tool.names[0];
  say(`${name} is missing (${tool.why}): installing ${tool.debianPackage}`);
  const problem = installFromDebian(tool);
  const path = findTool(tool);
  if (path !== undefined) return path;
  throw new Error(
    `${name} is needed because ${tool.why}, and could not be installed: ${problem}. ` +
      `Install it yourself or set ${tool.variable} to its path.`,
  );
}

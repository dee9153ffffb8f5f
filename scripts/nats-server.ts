/**
 * Finds a nats-server of 2.11 or newer on this machine, or fetches one into the project's cache.
 * `npx tsx scripts/nats-server.ts` prints which one is used.
 */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { fetchNatsServer } from "./nats-server-fetch.ts";

const run = promisify(execFile);

/** Oldest version that has batch direct get and per-key expiry. */
export const NATS_SERVER_MIN = "2.11.0";

export interface NatsServer {
  readonly path: string;
  readonly version: string;
  /** Where it was found, for the line that says what was chosen. */
  readonly how: string;
}

interface Candidate {
  readonly path: string;
  readonly how: string;
}

const cacheDir = join(import.meta.dirname, "..", ".cache", "nats-server");
const binary = process.platform === "win32" ? "nats-server.exe" : "nats-server";

/** Thrown when there is none; the message lists every place and try. */
export class NoNatsServerError extends Error {
  constructor(tries: readonly string[]) {
    const lines = tries.map((line) => `  - ${line}`).join("\n");
    super(`no nats-server ${NATS_SERVER_MIN} or newer was found:\n${lines}\n${howToGetOne}`);
    this.name = "NoNatsServerError";
  }
}

const howToGetOne = [
  "Get one by any of these, or set GOIM_NATS_URL to a NATS that runs:",
  "  brew install nats-server",
  "  go install github.com/nats-io/nats-server/v2@latest",
  "  docker run -p 4222:4222 nats:2.12 -js      (then GOIM_NATS_URL=nats://127.0.0.1:4222)",
  "  the releases page of nats-io/nats-server on GitHub (then GOIM_NATS_SERVER=/path/nats-server)",
  "  apt: Debian bookworm's nats-server is 2.9, too old; check trixie's with --version",
].join("\n");

/** The first fit server on this machine. Starts nothing and fetches nothing. */
export async function findNatsServer(env: NodeJS.ProcessEnv = process.env): Promise<NatsServer> {
  const tries: string[] = [];
  const found = await findLocal(env, cacheDir, tries);
  if (found === undefined) {
    throw new NoNatsServerError([
      ...tries,
      "GOIM_NATS_SERVER, PATH, sbin, Go's bin, cache: no more",
    ]);
  }
  return found;
}

/** The first fit server on this machine, else one fetched into the cache, with a line per try. */
export async function ensureNatsServer(
  log: (line: string) => void,
  options: { env?: NodeJS.ProcessEnv; cacheDir?: string } = {},
): Promise<NatsServer> {
  const { env = process.env, cacheDir: dir = cacheDir } = options;
  const tries: string[] = [];
  const found = await findLocal(env, dir, tries);
  // Whoever named one, or has an old one in the way, wants to know why it was not taken.
  for (const line of tries) log(`nats-server: ${line}`);
  if (found !== undefined) return found;
  for await (const attempt of fetchNatsServer({ dir, env, log })) {
    if ("path" in attempt) {
      const checked = await check(attempt, tries);
      if (checked !== undefined) return checked;
    } else {
      log(`${attempt.how}: ${attempt.reason}`);
      tries.push(`${attempt.how}: ${attempt.reason}`);
    }
  }
  throw new NoNatsServerError(tries);
}

async function findLocal(
  env: NodeJS.ProcessEnv,
  dir: string,
  tries: string[],
): Promise<NatsServer | undefined> {
  const asked = env.GOIM_NATS_SERVER;
  if (asked !== undefined && asked !== "") {
    // Asked for by name: another one in its place would be a surprise, unless this one is unfit.
    const server = await check({ path: asked, how: "GOIM_NATS_SERVER" }, tries);
    if (server !== undefined) return server;
  }
  for (const candidate of await candidates(env, dir)) {
    const server = await check(candidate, tries);
    if (server !== undefined) return server;
  }
  tries.push("GOIM_NATS_SERVER, PATH, the sbin folders, Go's bin, the project's cache: none fits");
  return undefined;
}

async function candidates(env: NodeJS.ProcessEnv, dir: string): Promise<Candidate[]> {
  const path = (env.PATH ?? "").split(delimiter).filter((part) => part !== "");
  const sbin = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/bin"];
  const all: Candidate[] = [
    ...path.map((part) => ({ path: join(part, binary), how: "PATH" })),
    ...sbin.map((part) => ({ path: join(part, binary), how: part })),
    ...(await goBinDirs(env)).map((part) => ({ path: join(part, binary), how: "Go's bin" })),
    { path: join(dir, binary), how: "the project's cache" },
  ];
  const seen = new Set<string>();
  return all.filter(({ path: file }) => !seen.has(file) && seen.add(file) && isExecutable(file));
}

async function goBinDirs(env: NodeJS.ProcessEnv): Promise<string[]> {
  const home = env.HOME ?? homedir();
  const dirs = [env.GOBIN, env.GOPATH && join(env.GOPATH, "bin"), join(home, "go", "bin")];
  return dirs.filter((dir): dir is string => dir !== undefined && dir !== "");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function check(candidate: Candidate, tries: string[]): Promise<NatsServer | undefined> {
  const place = `${candidate.how} (${candidate.path})`;
  try {
    const { stdout } = await run(candidate.path, ["--version"], { timeout: 10_000 });
    const version = /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    if (version === undefined) tries.push(`${place}: does not tell its version`);
    else if (compareVersions(version, NATS_SERVER_MIN) < 0) {
      tries.push(`${place}: ${version} is too old, ${NATS_SERVER_MIN} or newer is needed`);
    } else return { ...candidate, version };
  } catch (error) {
    tries.push(`${place}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
  }
  return undefined;
}

/** Negative when `a` is the older of two "x.y.z". */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number));
  for (let part = 0; part < 3; part++) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

if (process.argv[1] === import.meta.filename) {
  const server = await ensureNatsServer((line) => console.error(line));
  console.log(`nats-server ${server.version} from ${server.how}: ${server.path}`);
}

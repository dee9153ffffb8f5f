/** A headless Chromium for tests of pages. */
import { type Browser, chromium as launcher } from "playwright-core";
import { chromium, findTool } from "../../scripts/tools.ts";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Rejects with what to do when there is no Chromium. `args` are added to the command line. */
export function startBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findTool(chromium);
  if (executablePath === undefined) {
    throw new Error("no Chromium found: npm test installs it, or set GOIM_CHROMIUM");
  }
  return launcher.launch({ executablePath, args: [...ARGS, ...args] });
}

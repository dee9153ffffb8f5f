import type * as Uws from "uWebSockets.js";
import { GoimError, messageOf } from "../../kit/errors.ts";

export type { HttpRequest, HttpResponse, us_listen_socket, WebSocket } from "uWebSockets.js";
export type UwsModule = typeof Uws;

/**
 * Loads the native addon. It is compiled for certain systems only (the exact version is pinned in
 * package.json for that reason), so a failure becomes a sentence that says what this machine is.
 */
export async function loadUws(
  load: () => Promise<UwsModule> = () => import("uWebSockets.js"),
): Promise<UwsModule> {
  try {
    return await load();
  } catch (error) {
    const cause = messageOf(error).split("\n")[0] ?? "";
    throw new GoimError(
      "unavailable",
      `uWebSockets.js has no binary that works here (${machine()}): ${cause} ` +
        "It needs Node 18, 20, 22 or 23 on Linux with glibc 2.27 or newer (not Alpine's musl), " +
        "macOS or Windows. `npm ci --include=optional` installs the binaries again.",
      { cause: error },
    );
  }
}

function machine(): string {
  const header = (process.report.getReport() as { header?: { glibcVersionRuntime?: string } })
    .header;
  const glibc = header?.glibcVersionRuntime;
  const libc = process.platform !== "linux" ? "" : `, ${glibc ? `glibc ${glibc}` : "no glibc"}`;
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}${libc}`;
}

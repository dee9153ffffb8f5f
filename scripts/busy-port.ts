/** Who holds a port: the answer to "address already in use" that a person can act on. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Splits `host:port`; a missing host is loopback. */
export function parseAddress(text: string): Address {
  const at = text.lastIndexOf(":");
  const port = Number(text.slice(at + 1));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`"${text}" is not host:port with a port from 0 to 65535`);
  }
  const host = text.slice(0, Math.max(0, at)).replace(/^\[|\]$/g, "");
  return { host: host === "" ? "127.0.0.1" : host, port };
}

/** Whether something listens on the address already. Port 0 never is busy. */
export function isBusy({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(true);
      else reject(new Error(`cannot listen on ${host}:${port}: ${error.message}`));
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(false)));
  });
}

/** Inodes of the sockets that listen on `port`, from the kernel's table. */
function listeningInodes(port: number): Set<string> {
  const inodes = new Set<string>();
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local?.endsWith(`:${hex}`) && state === "0A" && inode) inodes.add(inode);
    }
  }
  return inodes;
}

function holds(pid: string, inodes: Set<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    // The process ended meanwhile, or belongs to somebody else.
    return false;
  }
}

/** "pid 123 (goim comet)", or why it cannot be told. Linux only. */
export function holderOf(port: number): string {
  try {
    const inodes = listeningInodes(port);
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      if (!holds(pid, inodes)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return `pid ${pid} (${command.slice(0, 120)})`;
    }
  } catch {
    return "a process that this system does not let us name";
  }
  return "a process of another user";
}

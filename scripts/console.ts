/** Lines of several processes on one terminal: a coloured name in front, our JSON logs as text. */
const colours: Record<string, number> = { nats: 90, logic: 34, job: 35, comet: 32, demo: 36 };
const levels: Record<number, string> = { 40: "WARN ", 50: "ERROR ", 60: "FATAL " };
const plain = process.env.NO_COLOR !== undefined || !process.stdout.isTTY;
const NAME_WIDTH = 6;

function paint(name: string, text: string): string {
  const colour = colours[name.replace(/-\d+$/, "")];
  return plain || colour === undefined ? text : `\u001b[${colour}m${text}\u001b[0m`;
}

/** A log record as one readable line; anything that is no record as it is. */
export function readable(line: string): string {
  if (!line.startsWith("{")) return line;
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { level, time: _time, pid: _pid, hostname: _hostname, name: _name, msg, ...rest } = record;
  const fields = Object.entries(rest).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${key}=${text}`;
  });
  const words = [String(msg ?? ""), ...fields].filter((word) => word !== "");
  return `${levels[Number(level)] ?? ""}${words.join(" ")}`;
}

export function say(name: string, line: string): void {
  console.log(`${paint(name, name.padEnd(NAME_WIDTH))} ${readable(line)}`);
}

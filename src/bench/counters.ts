import { GoimError } from "../kit/errors.ts";

/** Sums of a counter over all admin ports that have it, whatever its labels. */
export async function countersOf(
  admins: readonly URL[],
  names: readonly string[],
): Promise<Map<string, number>> {
  const sums = new Map(names.map((name) => [name, 0]));
  for (const admin of admins) {
    for (const [name, value] of samples(await pageOf(admin))) {
      const sum = sums.get(name);
      if (sum !== undefined) sums.set(name, sum + value);
    }
  }
  return sums;
}

/** What they grew by, without the prefix that all of them have. */
export function grownBy(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> {
  return Object.fromEntries(
    [...after].map(([name, value]) => [
      name.replace(/^goim_/, "").replace(/_total$/, ""),
      value - (before.get(name) ?? 0),
    ]),
  );
}

/** Lines `name{labels} value` of a page in the format of Prometheus. */
export function samples(page: string): [string, number][] {
  return page
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const name = /^[^{ ]+/.exec(line)?.[0] ?? "";
      return [name, Number(line.slice(line.lastIndexOf(" ") + 1))];
    });
}

async function pageOf(admin: URL): Promise<string> {
  try {
    const answer = await fetch(new URL("/metrics", admin));
    return await answer.text();
  } catch (error) {
    throw new GoimError("invalid", `no counters at ${admin.href}`, { cause: error });
  }
}

/** Fields of JSON that came over the wire: what has another type is as if it were not there. */

function field(from: unknown, name: string): unknown {
  if (typeof from !== "object" || from === null) return undefined;
  return (from as Record<string, unknown>)[name];
}

export function numberAt(from: unknown, name: string): number | undefined {
  const value = field(from, name);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function textAt(from: unknown, name: string): string | undefined {
  const value = field(from, name);
  return typeof value === "string" ? value : undefined;
}

export function flagAt(from: unknown, name: string): boolean {
  return field(from, name) === true;
}

export function objectAt(from: unknown, name: string): object | undefined {
  const value = field(from, name);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

export function listAt(from: unknown, name: string): readonly unknown[] {
  const value = field(from, name);
  return Array.isArray(value) ? value : [];
}

export function textsAt(from: unknown, name: string): readonly string[] {
  return listAt(from, name).filter((value) => typeof value === "string");
}

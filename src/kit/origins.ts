/** Origins of pages (RFC 6454), as they stand in lists of the configuration. */

/** One problem for each text that is neither `*` nor an origin. */
export function originProblems(key: string, texts: readonly string[]): string[] {
  return texts
    .filter((text) => text !== "*" && !isOrigin(text))
    .map((text) => `${key}: "${text}" is no origin such as https://chat.example.com`);
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Links in texts, also those written with other letters of the same look or without a scheme. */

const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const dots = /[\u3002\uff0e\uff61\u2024]/gu;
/** host, with a scheme before it, or ending like the name of a site. */
const scheme = "([a-z][a-z0-9+-]{1,15}):\\/\\/";
// Looked for from where a run of letters begins only: a long text without a dot is read once.
const host = "(?<![\\p{L}\\p{N}_-])(?:[\\p{L}\\p{N}_-]+\\.){1,8}\\p{L}{2,24}";
const link = `(?:${scheme})?(${host})(?![\\p{L}\\p{N}])|${scheme}(\\S{1,255})`;
const pattern = new RegExp(link, "gu");
/** Without a scheme only these are taken for links: "e.g" and "file.txt" are none. */
const endings = new Set(
  (
    "com net org info biz io co cn tv me cc xyz top site online shop vip club app dev live ru uk " +
    "de fr jp kr hk tw us eu in br au ca it es nl se ch win bet link ly gg tk ml work store tech"
  ).split(" "),
);

/**
 * Texts of ASCII, kana, Han and Hangul that have neither a dot nor a colon, which these letters do
 * not become either: the most of what is said in a room, and no link.
 */
const linkless = /^[\0-\x2d\x2f-\x39\x3b-\x7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]*$/;

/** Hosts of the links in a text, in lower case. */
export function linksIn(said: string): string[] {
  if (linkless.test(said)) return [];
  const plain = said
    .normalize("NFKC")
    .replaceAll(invisible, "")
    .replaceAll(dots, ".")
    .toLowerCase();
  const hosts: string[] = [];
  for (const [, begin, name, otherBegin, other] of plain.matchAll(pattern)) {
    if (name !== undefined) {
      const ending = name.slice(name.lastIndexOf(".") + 1);
      if (begin !== undefined || name.startsWith("www.") || endings.has(ending)) hosts.push(name);
    } else if (otherBegin !== undefined) {
      hosts.push((other ?? "").split(/[/?#:]/u)[0] ?? "");
    }
  }
  return hosts;
}

/** Whether the host is one of these, or below one of them. */
export function isListed(host: string, hosts: readonly string[]): boolean {
  return hosts.some((listed) => host === listed || host.endsWith(`.${listed}`));
}

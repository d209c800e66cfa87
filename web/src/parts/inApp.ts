/** Browsers inside other programs: they show the page, but many can neither install it, keep files, print nor scan. */

export type Program = "wechat" | "wecom";

/** The program in which a browser of this name is; undefined for a browser of its own. WeCom's names WeChat's, too. */
export function programOf(userAgent: string): Program | undefined {
  if (/wxwork/i.test(userAgent)) return "wecom";
  return /MicroMessenger/i.test(userAgent) ? "wechat" : undefined;
}

/** The program in which this page is open. */
export const insideOf: Program | undefined = programOf(globalThis.navigator?.userAgent ?? "");

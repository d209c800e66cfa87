/** Leaving without a network: the session is ended as soon as there is one, before anybody sees or asks anything with it. */

const LEAVING = "keepwell-leaving";
const NOBODY_BEHIND = 502;

/** Whoever is logged in here leaves. */
export function beginLeaving(): void {
  localStorage.setItem(LEAVING, "1");
}

/** Whether somebody left, and the service has not been told. */
export function isLeaving(): boolean {
  return localStorage.getItem(LEAVING) !== null;
}

/** End the session of who left. Throws as long as the service cannot be told. */
export async function finishLeaving(): Promise<void> {
  if (!isLeaving()) return;
  const answer = await fetch("/api/v1/logout", { method: "POST" });
  if (answer.status >= NOBODY_BEHIND) throw new TypeError("nobody was told");
  localStorage.removeItem(LEAVING);
}

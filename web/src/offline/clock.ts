/** The time as the service has it: telephones are often minutes wrong, and what is done says when. */

const AGREES_MS = 5_000;
/** Kept, as the page may be opened where there is no network to ask for the time. */
const KEPT = "keepwell-clock-ahead-ms";
let aheadMs: number | undefined;

function kept(): number {
  const told = Number(localStorage.getItem(KEPT) ?? 0);
  return Number.isFinite(told) ? told : 0;
}

/** Hear what time the service had when it answered (`Date`, whole seconds). */
export function hearTime(answer: Response): void {
  const told = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(told)) return;
  const found = told - Date.now();
  aheadMs = Math.abs(found) > AGREES_MS ? found : 0;
  localStorage.setItem(KEPT, String(aheadMs));
}

/** Now, on the clock of the service as far as it is known. */
export function serviceNow(): string {
  aheadMs ??= kept();
  return new Date(Date.now() + aheadMs).toISOString();
}

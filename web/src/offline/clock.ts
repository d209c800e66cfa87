/** The time as the service has it: telephones are often minutes wrong, and what is done says when. */

const AGREES_MS = 5_000;
let aheadMs = 0;

/** Hear what time the service had when it answered (`Date`, whole seconds). */
export function hearTime(answer: Response): void {
  const told = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(told)) return;
  const found = told - Date.now();
  aheadMs = Math.abs(found) > AGREES_MS ? found : 0;
}

/** Now, on the clock of the service as far as it is known. */
export function serviceNow(): string {
  return new Date(Date.now() + aheadMs).toISOString();
}

/** Which language the page begins with; asked before anything else of the page is there, so it needs nothing. */

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = "keepwell-language";

export function isLanguage(value: string | null | undefined): value is Language {
  return LANGUAGES.includes(value as Language);
}

/** What somebody chose on this device. */
function kept(): Language | undefined {
  const found = localStorage.getItem(KEPT);
  return isLanguage(found) ? found : undefined;
}

/** Whether somebody chose a language on this device. */
export function chosen(): boolean {
  return kept() !== undefined;
}

/** Keep a language on this device. */
export function keep(lang: Language): void {
  localStorage.setItem(KEPT, lang);
}

/** What somebody chose here before, else what the browser speaks. */
export function first(): Language {
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage);
  return kept() ?? spoken ?? "en";
}

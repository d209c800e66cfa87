/** The page's sentences: one file per language and area, fetched when a view needs them. */
import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = "keepwell-language";
const files = import.meta.glob<Record<string, unknown>>("./*/*.json", { import: "default" });

const fromFiles: BackendModule = {
  type: "backend",
  init() {
    // Nothing to set up: the files are part of the page.
  },
  read(lang, area, done) {
    const load = files[`./${lang}/${area}.json`];
    if (!load) return done(new Error(`no texts: ${lang}/${area}`), null);
    load().then(
      (texts) => done(null, texts as never),
      (error: Error) => done(error, null),
    );
  },
};

function isLanguage(value: string | null | undefined): value is Language {
  return LANGUAGES.includes(value as Language);
}

/** What somebody chose here before, else what the browser speaks. */
function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (isLanguage(kept)) return kept;
  const spoken = navigator.languages
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => isLanguage(tag));
  return isLanguage(spoken) ? spoken : "en";
}

/** The language of the page now. */
export function language(): Language {
  return isLanguage(i18next.language) ? i18next.language : "en";
}

/** Whether somebody chose a language on this device. */
export function chosen(): boolean {
  return isLanguage(localStorage.getItem(KEPT));
}

/** Speak another language; `keep` it on this device. */
export async function speak(lang: string, keep: boolean): Promise<void> {
  if (!isLanguage(lang)) return;
  if (keep) localStorage.setItem(KEPT, lang);
  if (lang !== i18next.language) await i18next.changeLanguage(lang);
}

function tellTheDocument(lang: string): void {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : lang;
}

/** Make the texts ready. `shell` and `states` are needed at once, the rest comes with its view. */
export async function prepare(): Promise<void> {
  i18next.on("languageChanged", tellTheDocument);
  await i18next
    .use(fromFiles)
    .use(initReactI18next)
    .init({
      lng: first(),
      supportedLngs: [...LANGUAGES],
      fallbackLng: false,
      ns: ["shell", "states", "words"],
      defaultNS: "shell",
      interpolation: { escapeValue: false },
      returnNull: false,
    });
}

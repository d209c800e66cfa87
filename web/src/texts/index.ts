/** The page's sentences: one file per area, fetched a language at a time. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { first, isLanguage, keep, LANGUAGES, type Language } from "@/texts/language";

export { chosen, LANGUAGES, type Language } from "@/texts/language";

const FILES = { en: () => import("@/texts/en"), zh: () => import("@/texts/zh") };
const AREA = /([\w-]+)\.json$/;

/** The sentences of a language by area. */
async function textsIn(lang: Language): Promise<Record<string, Record<string, unknown>>> {
  const files = Object.entries((await FILES[lang]()).default);
  return Object.fromEntries(files.map(([name, texts]) => [AREA.exec(name)?.[1] ?? name, texts]));
}

/** The language of the page now. */
export function language(): Language {
  return isLanguage(i18next.language) ? i18next.language : first();
}

/** Speak another language; `kept` on this device. */
export async function speak(lang: string, kept: boolean): Promise<void> {
  if (!isLanguage(lang)) return;
  if (kept) keep(lang);
  if (lang === i18next.language) return;
  for (const [area, texts] of Object.entries(await textsIn(lang)))
    i18next.addResourceBundle(lang, area, texts);
  await i18next.changeLanguage(lang);
}

function tellTheDocument(lang: string): void {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : lang;
}

/** Make the texts ready. */
export async function prepare(): Promise<void> {
  const lng = first();
  const texts = await textsIn(lng);
  i18next.on("languageChanged", tellTheDocument);
  await i18next.use(initReactI18next).init({
    lng,
    resources: { [lng]: texts as never },
    ns: Object.keys(texts),
    supportedLngs: [...LANGUAGES],
    fallbackLng: false,
    defaultNS: "shell",
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

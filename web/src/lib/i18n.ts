/** The languages: English is in the code, as the keys; Chinese is loaded when it is chosen. A test holds both complete. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "@/locales/en.json";
import { forms, translated } from "./refusals";

export type Language = "en" | "zh";

export function chosen(): Language {
  const kept = localStorage.getItem("cube-language");
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

let known: ReturnType<typeof forms> = [];

/** A sentence of the server in the chosen language. */
export const localised = <T extends string | null | undefined>(message: T): T =>
  message && known.length && i18next.language === "zh" ? (translated(message, known) as T) : message;

export async function choose(language: Language): Promise<void> {
  if (language === "zh" && !i18next.hasResourceBundle("zh", "translation")) {
    const [{ default: zh }, { default: refusals }, { default: explanations }] = await Promise.all([
      import("@/locales/zh.json"),
      import("@/locales/refusals.json"),
      import("@/locales/explanations.json"),
    ]);
    known = forms({ ...refusals, ...explanations });
    i18next.addResourceBundle("zh", "translation", zh);
  }
  localStorage.setItem("cube-language", language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export async function start(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  if (chosen() === "zh") await choose("zh");
}

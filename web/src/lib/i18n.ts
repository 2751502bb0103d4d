/** The languages. Texts have ids; those of the selected language are loaded before the first page is shown. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type en from "@/locales/en.json";
import { translated as byReason, type Catalogue, type Message } from "./problems";
import { forms, translated } from "./refusals";

declare module "i18next" {
  interface CustomTypeOptions {
    keySeparator: false;
    nsSeparator: false;
    resources: { translation: typeof en };
  }
}

type Language = "en" | "zh";

export function chosen(): Language {
  const kept = localStorage.getItem("cube-language");
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

let known: ReturnType<typeof forms> = [];

/** A sentence of the server in the chosen language. */
export const localised = <T extends string | null | undefined>(message: T): T =>
  message && known.length && i18next.language === "zh" ? (translated(message, known) as T) : message;

let catalogue: Catalogue = {};

/** A message of the server with its hint in the chosen language. */
export function inLanguage<M extends Message>(message: M): M {
  if (i18next.language !== "zh") return message;
  if (message.reason in catalogue) return byReason(message, catalogue, localised);
  return { ...message, message: localised(message.message), hint: localised(message.hint) };
}

const TEXTS: Record<Language, () => Promise<Record<string, string>>> = {
  en: async () => (await import("@/locales/en.json")).default,
  zh: async () => {
    const [{ default: zh }, { default: problems }, { default: refusals }, { default: explanations }] =
      await Promise.all([
        import("@/locales/zh.json"),
        import("@/locales/problems.zh.json"),
        import("@/locales/refusals.json"),
        import("@/locales/explanations.json"),
      ]);
    catalogue = problems;
    known = forms({ ...refusals, ...explanations });
    return zh;
  },
};

/** Load the texts of a language, once. */
async function load(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation"))
    i18next.addResourceBundle(language, "translation", await TEXTS[language]());
}

export async function choose(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem("cube-language", language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export async function start(): Promise<void> {
  const language = chosen();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: {},
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
  await load(language);
}

/** Whether both languages have every text that the console shows, in each plural form, with the same {{names}}; and no other. */
import { readdirSync, readFileSync } from "node:fs";

const LANGUAGES = ["en", "zh"];
/** Texts that Chinese writes as English does. */
const SAME = new Set([
  "cluster.kubernetesVersion",
  "image.sourceDockerfile",
  "kind.notebook",
  "token.projectExample",
]);

const sources = readdirSync("src", { recursive: true })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|^gen\//.test(name))
  .map((name) => readFileSync(`src/${name}`, "utf8"))
  .join("\n");
/** Each id that is written in the code, and whether it is counted: then it has a text for each plural form. */
const used = new Map();
for (const [, id, counted] of sources.matchAll(/\bt\(\s*"([^"]*)"(\s*,\s*\{[^)]*?\bcount\b)?/g))
  used.set(id, used.get(id) || Boolean(counted));

const texts = Object.fromEntries(
  LANGUAGES.map((language) => [language, JSON.parse(readFileSync(`src/locales/${language}.json`, "utf8"))]),
);
const names = (text) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort().join();
const wrong = [];
for (const language of LANGUAGES) {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const wanted = new Map();
  for (const [id, counted] of used)
    for (const key of counted ? forms.map((form) => `${id}_${form}`) : [id]) wanted.set(key, id);
  for (const [key, id] of wanted) {
    const text = texts[language][key];
    const english = texts.en[key] ?? texts.en[`${id}_other`];
    if (!text) wrong.push(`${language} lacks ${key}`);
    // A singular may write its number as a word.
    else if (names(text) !== names(english ?? "") && !key.endsWith("_one"))
      wrong.push(`${language} has other names in ${key}`);
    else if (language !== "en" && text === english && /[a-z]{2}/.test(text) && !SAME.has(key))
      wrong.push(`${language} does not translate ${key}`);
  }
  for (const key of Object.keys(texts[language]))
    if (!wanted.has(key)) wrong.push(`${language} has ${key}, which nothing uses`);
}
for (const line of wrong) console.error(line);
console.log(`${used.size} texts, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);

/**
 * What Home needs, as it is sent, must stay within 250 kB: JavaScript, styles and the font; and no style may be missing.
 * The texts come beside it, those of one language, which have a limit of their own.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";

const MOST = 250;
const MOST_TEXTS = 24;
const folder = new URL("../backend/cubestudio/static/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", folder)));
const seen = new Set();
const files = new Set(["index.html"]);
const visit = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  for (const file of [manifest[key].file, ...(manifest[key].css ?? [])]) files.add(file);
  for (const next of manifest[key].imports ?? []) visit(next);
};
// The menus are loaded with the rail, which every page has.
for (const key of [
  "index.html",
  "src/routes/home.tsx",
  "src/app/menus.tsx",
  "src/app/switcher.tsx",
  "src/app/inter.woff2",
])
  visit(key);
const sent = (file) => [new URL(`${file}.br`, folder), new URL(file, folder)].find(existsSync);
let total = 0;
for (const file of files) total += statSync(sent(file)).size;
console.log(`Home: ${(total / 1000).toFixed(1)} kB compressed in ${files.size} files (at most ${MOST})`);
const texts = Math.max(
  ...["en", "zh"].map((language) => statSync(sent(manifest[`src/locales/${language}.json`].file)).size),
);
console.log(
  `Texts: ${(texts / 1000).toFixed(1)} kB compressed in the larger language (at most ${MOST_TEXTS})`,
);

const read = (name) => readFileSync(new URL(name, folder), "utf8");
const classes = (text) => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));
const built = readdirSync(new URL("assets/", folder))
  .filter((name) => !name.startsWith("graphiql"))
  .map((name) => `assets/${name}`);
const named = classes(
  built
    .filter((name) => name.endsWith(".js"))
    .map(read)
    .join(),
);
const styled = classes(
  built
    .filter((name) => name.endsWith(".css"))
    .map(read)
    .join(),
);
const lost = [...classes(readFileSync("node_modules/@mantine/core/styles.css", "utf8"))].filter(
  (name) => named.has(name) && !styled.has(name),
);
if (lost.length) console.error(`src/app/mantine.css lacks a style of @mantine/core: ${lost.join(", ")}`);

const ranges = readFileSync("src/app/fonts.css", "utf8")
  .match(/unicode-range:\s*([^;]*)/)[1]
  .split(",")
  .map((range) =>
    range
      .trim()
      .slice(2)
      .split("-")
      .map((end) => Number.parseInt(end, 16)),
  );
const ours = (code) => ranges.some(([from, to = from]) => code >= from && code <= to);
const latin = (code) => code < 0x100 || (code >= 0x2000 && code < 0x2070) || code === 0x2212;
const english = Object.values(JSON.parse(readFileSync("src/locales/en.json", "utf8"))).join("");
const odd = [...new Set(english)].filter((char) => latin(char.codePointAt(0)) && !ours(char.codePointAt(0)));
if (odd.length) console.error(`src/app/inter.woff2 lacks what English texts have: ${odd.join(" ")}`);

if (total > MOST * 1000 || texts > MOST_TEXTS * 1000 || lost.length || odd.length) process.exit(1);

/** Whether every sentence of the console is in Chinese, and every counted one has its English singular; nothing unused is kept. */
import { readdirSync, readFileSync } from "node:fs";

const files = readdirSync("src", { recursive: true }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.test\.|^gen\//.test(name),
);
const used = new Map();
for (const name of files) {
  const text = readFileSync(`src/${name}`, "utf8");
  for (const [, double, single, counted] of text.matchAll(
    /\bt\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*(,\s*\{[^)]*?\bcount\b)?/g,
  )) {
    // The formatter writes a text with double quotes within single ones.
    const key = JSON.parse(`"${double ?? single.replaceAll('"', '\\"')}"`);
    used.set(key, used.get(key) || Boolean(counted));
  }
}
const en = JSON.parse(readFileSync("src/locales/en.json", "utf8"));
const zh = JSON.parse(readFileSync("src/locales/zh.json", "utf8"));
const names = (text) => (text.match(/\{\{\w+\}\}/g) ?? []).sort().join();
const wrong = [];
for (const [key, counted] of used) {
  if (!zh[key]) wrong.push(`zh lacks: ${JSON.stringify(key)}`);
  else if (names(zh[key]) !== names(key)) wrong.push(`zh names differ: ${JSON.stringify(key)}`);
  if (counted && !en[`${key}_one`]) wrong.push(`en lacks the singular: ${JSON.stringify(`${key}_one`)}`);
}
for (const key of Object.keys(zh))
  if (!used.has(key)) wrong.push(`zh has what nothing uses: ${JSON.stringify(key)}`);
for (const key of Object.keys(en))
  if (!used.has(key.replace(/_one$/, ""))) wrong.push(`en has what nothing uses: ${JSON.stringify(key)}`);
if (process.argv.includes("--list"))
  for (const [key, counted] of used) console.log(`${counted ? "#" : " "} ${key}`);
for (const line of wrong) console.error(line);
console.log(`${used.size} sentences, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);

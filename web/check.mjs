/** The JavaScript and styles that Home needs, as they are sent, must stay within 260 kB. */
import { existsSync, readFileSync, statSync } from "node:fs";

const MOST = 260;
const folder = new URL("../backend/cubestudio/static/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", folder)));
const seen = new Set();
const files = new Set();
const visit = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  for (const file of [manifest[key].file, ...(manifest[key].css ?? [])]) files.add(file);
  for (const next of manifest[key].imports ?? []) visit(next);
};
visit("index.html");
visit("src/routes/home.tsx");
const sent = (file) => [new URL(`${file}.br`, folder), new URL(file, folder)].find(existsSync);
let total = 0;
for (const file of files) total += statSync(sent(file)).size;
console.log(`Home: ${(total / 1000).toFixed(1)} kB compressed in ${files.size} files (at most ${MOST})`);
if (total > MOST * 1000) process.exit(1);

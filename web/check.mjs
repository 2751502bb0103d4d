/** The JavaScript that the first page needs must stay within 200 kB gzipped. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST = 200;
const folder = new URL("../backend/cubestudio/static/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", folder)));
const seen = new Set();
const visit = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) visit(next);
};
visit("index.html");
let total = 0;
for (const key of seen) total += gzipSync(readFileSync(new URL(manifest[key].file, folder)), { level: 9 }).length;
const size = (total / 1000).toFixed(1);
console.log(`initial JavaScript: ${size} kB gzipped in ${seen.size} files (at most ${MOST})`);
if (total > MOST * 1000) process.exit(1);

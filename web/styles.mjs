/** Whether an inline style holds computed values only: what is known beforehand is a class or a prop of Mantine. */
import { readdirSync, readFileSync } from "node:fs";

/** The text between a brace and the one that closes it. */
function braced(text, start) {
  let depth = 0;
  for (let at = start; ; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}" && --depth === 0) return text.slice(start + 1, at);
  }
}

const LITERAL = /^\s*(?:-?[\d.]+|"[^"]*")\s*$/;
const CHOICE = /\?\s*(?:-?[\d.]+|"[^"]*"|undefined)\s*:\s*(?:-?[\d.]+|"[^"]*"|undefined)\s*$/;
const wrong = [];
for (const name of readdirSync("src", { recursive: true }).filter((name) => name.endsWith(".tsx"))) {
  const text = readFileSync(`src/${name}`, "utf8");
  for (const match of text.matchAll(/\sstyle=\{/g)) {
    const value = braced(text, match.index + match[0].length - 1).trim();
    const values = value.startsWith("{")
      ? value
          .slice(1, -1)
          .split(/,(?![^(`]*[)`])/)
          .flatMap((each) => /^\s*[\w]+:([\s\S]*)$/.exec(each)?.[1] ?? [])
      : [];
    const known = value.startsWith("{")
      ? values.some((each) => LITERAL.test(each) || CHOICE.test(each))
      : !/^\w+\(/.test(value);
    const line = text.slice(0, match.index).split("\n").length + 1;
    if (known)
      wrong.push(
        `src/${name}:${line}: use a class instead of style={${value.replace(/\s+/g, " ").slice(0, 80)}}`,
      );
  }
}
for (const line of wrong) console.error(line);
process.exit(wrong.length ? 1 : 0);

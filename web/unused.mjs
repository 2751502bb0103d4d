/** Whether each package is imported, and each export and each class of a CSS module is used by another file. */
import { readdirSync, readFileSync } from "node:fs";

const read = (folder, pattern) =>
  readdirSync(folder, { recursive: folder !== "." })
    .filter((name) => pattern.test(name))
    .map((name) => [`${folder}/${name}`, readFileSync(`${folder}/${name}`, "utf8")]);
const files = [
  ...read("src", /\.(tsx?|css)$/).filter(([name]) => !name.startsWith("src/gen/")),
  ...read("tests", /\.tsx?$/),
  ...read(".", /\.(mjs|cjs|ts|html)$/),
];
const wrong = [];

const { dependencies, devDependencies, scripts } = JSON.parse(readFileSync("package.json", "utf8"));
const text = files.map(([, text]) => text).join("\n");
const commands = Object.values(scripts).join(" ");
/** Packages whose command has another name. */
const COMMANDS = { "@biomejs/biome": "biome", "@graphql-codegen/cli": "graphql-codegen", typescript: "tsc" };
/** Packages that other packages or the tests in the browser expect to find. */
const EXPECTED = ["axe-core", "graphql", "jsdom", "postcss"];
for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
  const used =
    text.includes(`"${name}"`) ||
    text.includes(`"${name}/`) ||
    text.includes(`"${name.replace("@graphql-codegen/", "")}"`) ||
    new RegExp(`\\b${COMMANDS[name] ?? name} `).test(commands);
  if (!used && !name.startsWith("@types/") && !EXPECTED.includes(name))
    wrong.push(`package.json: nothing uses ${name}`);
}

const words = files.map(([name, text]) => [name, new Set(text.match(/[\w$]+/g))]);
const EXPORT = /^export (?:async )?(?:const|let|function\*?|class|interface|type|enum) ([\w$]+)/gm;
const CLASS = /\.([a-zA-Z][\w]*)(?=[^{}]*\{)/g;
for (const [file, text] of files.filter(([name]) => name.startsWith("src/"))) {
  const style = file.endsWith(".module.css");
  const names = new Set(
    style
      ? [...text.replace(/:global\([^)]*\)/g, "").matchAll(CLASS)].map((match) => match[1])
      : [...text.matchAll(EXPORT)].map((match) => match[1]),
  );
  for (const name of names)
    if (!words.some(([other, known]) => other !== file && known.has(name)))
      wrong.push(`${file}: nothing else uses ${name}`);
}

for (const line of wrong) console.error(line);
process.exit(wrong.length ? 1 : 0);

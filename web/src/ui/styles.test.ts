import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.tsx?$/.test(name),
);
const classes = (path: string) =>
  new Set([...readFileSync(path, "utf8").matchAll(/\.([a-zA-Z][\w-]*)/g)].map((found) => found[1]));

/** Names under which a file has the classes of a style sheet, and the sheet. `ui/page` hands on its own as `css`. */
function sheets(name: string, text: string): [string, string][] {
  const own = [...text.matchAll(/import (\w+) from "([^"]+\.module\.css)"/g)].map(
    ([, as, from]): [string, string] => [
      as!,
      from!.startsWith("@/") ? join("src", from!.slice(2)) : join("src", dirname(name), from!),
    ],
  );
  const handed = /import \{[^}]*\bcss\b(?! as)[^}]*\} from "@\/ui\/page"/.test(text);
  return handed ? [...own, ["css", "src/ui/ui.module.css"]] : own;
}

it("finds each class that a component names in its style sheet", () => {
  const missing = files.flatMap((name) => {
    const text = readFileSync(join("src", name), "utf8");
    return sheets(name, text).flatMap(([as, sheet]) => {
      const there = classes(sheet).add("module");
      return [...text.matchAll(new RegExp(`(?<![\\w.])${as}\\.([a-zA-Z]\\w*)`, "g"))]
        .filter((found) => !there.has(found[1]!))
        .map((found) => `${name}: ${as}.${found[1]}`);
    });
  });
  expect(missing).toEqual([]);
});

import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { expect, it } from "vitest";
import { curl, snippets } from "./snippets";

const schema = buildSchema(readFileSync("../schema.graphql", "utf8"));
const client = readFileSync("../backend/cubestudio/client/client.py", "utf8");
const commands = readFileSync("../docs/cli.md", "utf8");
const LISTS =
  "projects pipelines runs searches schedules templates notebooks images models services clusters people";

it.each([
  ...LISTS.split(" ").map((each) => `/${each}`),
  ..."projects runs searches templates notebooks images models services"
    .split(" ")
    .map((each) => `/${each}/some id's`),
  "/projects/vision/pipelines/one",
  "/",
])("gives texts of %s that are as the schema, the client and the command line have them", (path) => {
  for (const scope of [null, "vision"]) {
    const found = snippets(path, scope)!;
    expect(validate(schema, parse(found.graphql))).toEqual([]);
    for (const [, method] of found.python.matchAll(/client\.(\w+)\(/g))
      expect(client).toContain(`def ${method}(`);
    for (const line of found.cli.split("\n")) {
      const [, verb, kind] = line.split(" ");
      expect(commands).toContain(`## \`cubestudio ${verb}\``);
      if (verb !== "logs") expect(commands).toContain(kind);
    }
  }
});

it("has none where a page shows no objects", () => {
  expect(snippets("/tokens", null)).toBeNull();
  expect(snippets("/clusters/x", null)).toBeNull();
});

it("takes a part of a path that encodes nothing as it is", () => {
  expect(snippets("/runs/100%", null)!.cli).toContain("cubestudio describe run 100%\n");
});

it("quotes what a shell would read otherwise", () => {
  expect(snippets("/runs/it's", null)!.cli).toContain(`cubestudio describe run 'it'\\''s'`);
  expect(curl(`{ run(id: "a'b") { id } }`, "http://localhost")).toContain(`a'\\''b`);
});

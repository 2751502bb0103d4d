/** What a page shows, as text for programs: an operation of GraphQL, a command, a script of Python. Each runs as it is, with
 * the address and a token in the environment. */
import { quoted, word } from "@/lib/shell";

interface Snippets {
  graphql: string;
  cli: string;
  python: string;
}

interface Kind {
  /** The singular, as commands and the client name it. */
  one: string;
  /** The fields of one, beside its id. */
  fields: string;
  /** The verbs of its commands. */
  acts?: string[];
  /** What is done with one by the client. */
  method?: string;
}

const KINDS: Record<string, Kind> = {
  projects: { one: "project", fields: "name viewerRole" },
  pipelines: { one: "pipeline", fields: "name latest", acts: ["start"], method: "start_run" },
  runs: {
    one: "run",
    fields: "number state pipeline { name }",
    acts: ["cancel", "retry"],
    method: "cancel_run",
  },
  searches: { one: "search", fields: "name state" },
  schedules: { one: "schedule", fields: "name nextAt" },
  templates: { one: "template", fields: "name latest" },
  notebooks: { one: "notebook", fields: "name state", acts: ["start", "stop"], method: "start_notebook" },
  images: { one: "image", fields: "name latestNumber" },
  models: { one: "model", fields: "name latestVersion { number }" },
  services: { one: "service", fields: "name state url", acts: ["start", "stop"], method: "start_service" },
};
const ROUTES: Record<string, string> = { people: "users" };
/** Lists that are no connections. */
const PLAIN: Record<string, string> = { templates: "name latest", clusters: "name kind reachable" };

/** The texts of the page at a path, or null where there are none. `project`: the one that lists are of. */
export function snippets(path: string, project: string | null): Snippets | null {
  const parts = path.split("/").filter(Boolean).map(decoded);
  if (parts[0] === "projects" && parts[2] === "pipelines") parts.splice(0, 2);
  const [first = "runs", id] = parts;
  const plural = ROUTES[first] ?? first;
  if (id !== undefined) return KINDS[plural] ? single(KINDS[plural], id) : null;
  if (plural in KINDS || plural in PLAIN || plural === "users") return list(plural, project);
  return null;
}

/** A part of a path; one that encodes nothing stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function list(plural: string, project: string | null): Snippets {
  const scoped = project !== null && plural in KINDS && plural !== "projects";
  const fields = plural === "users" ? "name email" : (KINDS[plural]?.fields ?? "");
  const plain = PLAIN[plural];
  const given = [...(scoped ? [`project: ${JSON.stringify(project)}`] : []), ...(plain ? [] : ["first: 20"])];
  const head = `${plural}${given.length ? `(${given.join(", ")})` : ""}`;
  const one = plural === "users" ? "user" : (KINDS[plural]?.one ?? "");
  const values = scoped ? `project=${JSON.stringify(project)}` : "";
  return {
    graphql: plain
      ? `{ ${head} { ${plain} } }`
      : `{\n  ${head} {\n    nodes { id ${fields} }\n    pageInfo { hasNextPage endCursor }\n  }\n}`,
    cli: `cubestudio get ${plural}${scoped ? ` --project ${word(project)}` : ""}`,
    python: script(
      plain
        ? `for ${plural.slice(0, -1)} in client.${plural}(${values}):\n        print(${plural.slice(0, -1)})`
        : `for ${one} in client.each_${one}(${values}):\n        print(${one})`,
    ),
  };
}

function single({ one, fields, acts = [], method }: Kind, id: string): Snippets {
  const quoted = JSON.stringify(id);
  const commands = [
    `cubestudio describe ${one} ${word(id)}`,
    ...(one === "run" ? [`cubestudio logs ${word(id)} --follow`] : []),
    ...acts.map((act) => `cubestudio ${act} ${one} ${word(id)}`),
  ];
  return {
    graphql: `{ ${one}(${one === "project" ? "key" : "id"}: ${quoted}) { id ${fields} } }`,
    cli: commands.join("\n"),
    python: script(
      `${one} = client.${one}(${quoted})\n    print(${one})${method ? `\n    # client.${method}(${quoted})` : ""}`,
    ),
  };
}

const script = (body: string) =>
  `from cubestudio.client import Client\n\nwith Client() as client:\n    ${body}\n`;

/** What the texts need, once. */
export const setup = (origin: string) => `export CUBE_URL=${origin}\nexport CUBE_TOKEN=…\n`;

/** A command that sends an operation. */
export const curl = (operation: string, origin: string) =>
  `curl ${origin}/graphql -H "Authorization: Bearer $CUBE_TOKEN" -H "Content-Type: application/json" \\\n  -d ${quoted(JSON.stringify({ query: operation }))}\n`;

/** The same as text: this run, and another like it, for GraphQL, the command line and Python. */
import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { quoted } from "@/lib/shell";
import { say } from "@/ui/toast";

export function CopyAs({
  run,
  pipeline,
  project,
  params,
}: {
  run?: string;
  pipeline: string;
  project: string;
  params?: unknown;
}) {
  const { t } = useTranslation();
  const values = Object.entries((params ?? {}) as Record<string, unknown>);
  const written = (value: unknown) => quoted(typeof value === "string" ? value : JSON.stringify(value));
  const ways: [string, string][] = [
    [
      t("run.copyGraphql"),
      run
        ? `query { run(id: "${run}") { state counts { state count } steps { name state explanation outputs artifacts { path url } } } }`
        : `query { project(key: "${project}") { pipeline(name: "${pipeline}") { id latest version { yaml } runs(first: 10) { nodes { id number state } } } } }`,
    ],
    [
      t("run.copyCli"),
      `cubestudio run ${pipeline}.yaml --project ${project}${values.map(([name, value]) => ` --param ${name}=${written(value)}`).join("")} --follow`,
    ],
    [
      t("run.copyPython"),
      `from cubestudio.client import Client\n\nwith Client("${location.origin}", token) as client:\n    pipeline = client.execute(\n        'query { project(key: "${project}") { pipeline(name: "${pipeline}") { id } } }'\n    )["project"]["pipeline"]\n    run = client.start_run(pipeline["id"], params=${python(params ?? {})})`,
    ],
  ];
  return (
    <>
      {ways.map(([label, text]) => (
        <Menu.Item
          key={label}
          onClick={() => void navigator.clipboard.writeText(text).then(() => say(t("common.copied")))}
        >
          {label}
        </Menu.Item>
      ))}
    </>
  );
}

/** A JSON value as Python writes it. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${python(each)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}

/** What a step runs, exactly: command, files, environment, resources; secrets are masked by the server. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { StepInvocationDocument, type StepWholeQuery } from "@/gen/graphql";
import { requested } from "@/lib/devices";
import { brief, bytes } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { word } from "@/lib/shell";
import { Copy, css, Failure, Loading } from "@/ui/page";

interface Invocation {
  command: string[];
  env: Record<string, string>;
  files: Record<string, string>;
  image: { python: string | null; requirements: string[]; name: string | null; host: boolean; root: boolean };
  resources: {
    cpu: number;
    memory: number;
    gpu: number;
    gpu_share?: string;
    devices?: Record<string, number>;
    claims?: Record<string, number>;
  };
  timeout: number | null;
  inputs: string[];
  outputs: string[];
}

export function Overview({
  step,
  params,
}: {
  step: NonNullable<StepWholeQuery["step"]>;
  params: Record<string, unknown>;
}) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["invocation", step.id],
    queryFn: () => ask(StepInvocationDocument, { id: step.id }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.error)
    return (
      <div className={css.p14}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (!query.data?.step) return <Loading rows={5} />;
  const made = query.data.step.invocation as Invocation;
  const command = made.command.map(word).join(" ");
  const { "args.json": args, ...files } = made.files;
  const facts: [string, string][] = [
    [
      t("common.environment"),
      made.image.host
        ? t("common.hostEnvironment")
        : [made.image.python ? `Python ${made.image.python}` : "Python", ...made.image.requirements].join(
            ", ",
          ),
    ],
    ...(made.image.name ? [[t("kind.image"), made.image.name] as [string, string]] : []),
    ...(made.image.root ? [[t("run.kubernetesUser"), "root"] as [string, string]] : []),
    [
      t("common.resourceRequests"),
      `${t("common.coresAndMemory", { cpu: made.resources.cpu, memory: bytes(made.resources.memory) })}${requested(made.resources)}`,
    ],
    [t("common.timeLimit"), made.timeout ? `${made.timeout} s` : t("common.none")],
    [t("run.inputs"), made.inputs.join(", ") || "–"],
    [t("run.expectedFiles"), made.outputs.join(", ") || "–"],
    ...(step.value != null ? [[t("run.item"), brief(step.value)] as [string, string]] : []),
    ...(step.cacheReason ? [[t("run.cachedQuestion"), localised(step.cacheReason)] as [string, string]] : []),
    ...Object.entries(params).map(
      ([name, value]) => [t("run.parameterName", { name }), brief(value)] as [string, string],
    ),
  ];
  return (
    <div className={`${css.stack} ${css.p14} ${css.gap14}`}>
      <section>
        <div className={`${css.line} ${css.mb4}`}>
          <b>{t("common.command")}</b>
          <span className={css.push}>
            <Copy text={command} />
          </span>
        </div>
        <pre className={`${css.code} ${css.wrap}`}>{command}</pre>
      </section>
      <table className={css.table}>
        <tbody>
          {facts.map(([name, value]) => (
            <tr key={name}>
              <td className={`${css.dim} ${css.w140}`}>{name}</td>
              <td className={`${css.normal} ${css.breaks}`}>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {args && (
        <section>
          <b>{t("common.arguments")}</b>
          <pre className={`${css.code} ${css.wrap}`}>{pretty(args)}</pre>
        </section>
      )}
      {Object.entries(files).map(([name, text]) => (
        <details key={name}>
          <summary className={css.mono}>{name}</summary>
          <pre tabIndex={0} className={css.code}>
            {text}
          </pre>
        </details>
      ))}
      <details>
        <summary>
          {t("run.variables")} ({Object.keys(made.env).length})
        </summary>
        <pre className={`${css.code} ${css.wrap}`}>
          {Object.entries(made.env)
            .map(([name, value]) => `${name}=${value}`)
            .join("\n")}
        </pre>
      </details>
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

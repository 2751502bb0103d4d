/** One template: its arguments, its code, its versions, who uses it and how that goes. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { TemplateDocument } from "@/gen/graphql";
import { requested } from "@/lib/devices";
import { brief, bytes, duration } from "@/lib/format";
import { useTitle } from "@/ui/crumbs";
import type { Argument } from "@/ui/field";
import { css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";

interface Body {
  command: string[];
  files: Record<string, string>;
  env: Record<string, string>;
  environment: { python: string | null; requirements: string[]; image: string | null };
  arguments: Argument[];
  outputs: { name: string }[];
  resources: {
    cpu: number;
    memory: number;
    gpu: number;
    gpu_share?: string;
    devices?: Record<string, number>;
    claims?: Record<string, number>;
  };
}

export function Template() {
  const { t } = useTranslation();
  const { template: id } = useParams({ from: "/templates/$template" });
  const query = useQuery({ queryKey: ["template", id], queryFn: () => ask(TemplateDocument, { id }) });
  const [number, setNumber] = useState<number | null>(null);
  const found = query.data?.template;
  useTitle([{ label: t("nav.templates"), to: "/templates" }, { label: found?.title ?? "…" }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading />;
  if (!found)
    return (
      <Empty whole title={t("template.notFound")} action={<Link to="/templates">{t("template.all")}</Link>} />
    );
  const version =
    found.versions.find((each) => each.number === (number ?? found.latest)) ?? found.versions[0]!;
  const body = version.body as Body;
  const { endedCount: ended, succeededCount: succeeded, medianSeconds: median } = found.statistics;
  return (
    <>
      <Head
        title={found.title}
        actions={
          <Select
            aria-label={t("common.version")}
            w={130}
            data={found.versions.map((each) => ({
              value: String(each.number),
              label: t("template.versionN", { n: each.number }),
            }))}
            value={String(version.number)}
            onChange={(next) => setNumber(Number(next))}
            allowDeselect={false}
          />
        }
        facts={
          <>
            <span className={css.mono}>
              {found.name}@{version.number}
            </span>
            <span>
              {t("template.successRate")} <b>{ended ? `${Math.round((100 * succeeded) / ended)} %` : "–"}</b>{" "}
              {t("template.ofLastSteps", { count: ended })}
            </span>
            <span>
              {t("common.typicalDuration")} <b>{duration(median)}</b>
            </span>
            <span>
              {t("common.resourceRequests")}{" "}
              <b>
                {t("common.coresAndMemory", {
                  cpu: body.resources.cpu,
                  memory: bytes(body.resources.memory),
                })}
                {requested(body.resources)}
              </b>
            </span>
          </>
        }
      >
        <p className={`${css.flush} ${css.muted} ${css.mt8}`}>{found.description}</p>
      </Head>
      <div className={css.body}>
        <Panel title={t("common.arguments")}>
          {body.arguments.length === 0 ? (
            <div className={css.row}>{t("template.noArguments")}</div>
          ) : (
            <div className={css.scroll} tabIndex={0} role="group" aria-label={t("common.arguments")}>
              <table className={css.table}>
                <thead>
                  <tr>
                    <th>{t("common.name")}</th>
                    <th>{t("common.type")}</th>
                    <th>{t("common.default")}</th>
                    <th>{t("template.description")}</th>
                  </tr>
                </thead>
                <tbody>
                  {body.arguments.map((argument) => (
                    <tr key={argument.name}>
                      <td className={css.mono}>
                        {argument.name}
                        {argument.require && argument.default == null ? " *" : ""}
                      </td>
                      <td>
                        {argument.type}
                        {argument.choice?.length ? `: ${argument.choice.join(", ")}` : ""}
                      </td>
                      <td className={css.mono}>{argument.default == null ? "" : brief(argument.default)}</td>
                      <td className={css.normal}>
                        {[argument.label, argument.describe].filter(Boolean).join(". ")}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
        <Panel title={t("template.command")}>
          <div className={`${css.stack} ${css.p14} ${css.gap10}`}>
            <pre tabIndex={0} className={css.code}>
              {body.command.join(" ")}
            </pre>
            {Object.entries(body.files).map(([name, text]) => (
              <details key={name}>
                <summary className={css.mono}>{name}</summary>
                <pre tabIndex={0} className={css.code}>
                  {text}
                </pre>
              </details>
            ))}
            <span className={css.dim}>
              {body.environment.python ? `Python ${body.environment.python}` : t("common.hostEnvironment")}
              {body.environment.requirements.length ? ` · ${body.environment.requirements.join(", ")}` : ""}
              {body.environment.image ? ` · ${body.environment.image}` : ""}
            </span>
            {body.outputs.length > 0 && (
              <span className={css.dim}>
                {t("common.outputs")}: {body.outputs.map((output) => output.name).join(", ")}
              </span>
            )}
          </div>
        </Panel>
        <Panel title={t("common.usedBy")}>
          {found.usedBy.length === 0 ? (
            <div className={css.row}>{t("template.unused")}</div>
          ) : (
            found.usedBy.map((pipeline) => (
              <div key={pipeline.id} className={css.row}>
                <Link
                  to="/projects/$project/pipelines/$pipeline"
                  params={{ project: pipeline.project.name, pipeline: pipeline.name }}
                  data-row
                >
                  {pipeline.name}
                </Link>
                <span className={css.dim}>{pipeline.project.name}</span>
              </div>
            ))
          )}
        </Panel>
      </div>
    </>
  );
}

/** One version of a model: its numbers beside those of another, what goes in and comes out, where it came from, its files. */
import { Select } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ModelQuery } from "@/gen/graphql";
import { brief, bytes, number } from "@/lib/format";
import { FRAMEWORKS } from "@/lib/models";
import { aligned, type Packed, shown } from "@/lib/series";
import { Ago, Copy, css, Empty, Panel } from "@/ui/page";
import { Plot } from "@/ui/plot";

type Whole = NonNullable<ModelQuery["model"]>;
export type Version = Whole["versions"][number];

export function About({ model, version }: { model: Whole; version: Version }) {
  const { t } = useTranslation();
  const { signature, lineage } = version;
  const tags = Object.entries(version.tags as Record<string, string>);
  return (
    <>
      {version.description && <span>{version.description}</span>}
      <Metrics model={model} version={version} />
      <Panel title={t("model.lineage")}>
        {!lineage ? (
          <div className={`${css.dim} ${css.p14}`}>
            {t("model.uploadedBy", { name: version.author.name })}
          </div>
        ) : (
          <table className={css.table}>
            <tbody>
              <tr>
                <td className={css.w140}>{t("kind.run")}</td>
                <td className={css.normal}>
                  {version.runId ? (
                    <Link
                      to="/runs/$run"
                      params={{ run: version.runId }}
                      search={{ step: lineage.step }}
                      className={`${css.fw600} ${css.underlined}`}
                    >
                      {lineage.pipeline} #{lineage.runNumber}
                    </Link>
                  ) : (
                    `${lineage.pipeline} #${lineage.runNumber}`
                  )}{" "}
                  · {t("model.fromStep", { name: lineage.step })}
                  {lineage.item != null ? ` (${brief(lineage.item)})` : ""} ·{" "}
                  {t("model.fromPipelineVersion", { n: lineage.pipelineVersion })}
                </td>
              </tr>
              {Object.entries(lineage.parameters as Record<string, unknown>).map(([name, value]) => (
                <tr key={name}>
                  <td className={css.mono}>{name}</td>
                  <td className={`${css.mono} ${css.normal} ${css.breaks}`}>{brief(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <Panel title={t("model.signature")}>
        {!signature?.inputs.length ? (
          <div className={`${css.dim} ${css.p14}`}>{t("model.noSignature")}</div>
        ) : (
          <table className={css.table}>
            <tbody>
              <tr>
                <td className={css.w140}>{t("model.inputs")}</td>
                <td className={css.normal}>
                  {signature.inputs.map((each) => `${each.name}: ${each.type.toLowerCase()}`).join(", ")}
                </td>
              </tr>
              {signature.outputs.length > 0 && (
                <tr>
                  <td>{t("common.outputs")}</td>
                  <td className={css.normal}>
                    {signature.outputs.map((each) => `${each.name}: ${each.type.toLowerCase()}`).join(", ")}
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        )}
      </Panel>
      <Panel title={t("model.requirements")}>
        <table className={css.table}>
          <tbody>
            <tr>
              <td className={css.w140}>{t("common.framework")}</td>
              <td>{FRAMEWORKS[version.framework]}</td>
            </tr>
            <tr>
              <td>{t("common.pythonPackages")}</td>
              <td className={`${css.mono} ${css.normal}`}>{version.requirements.join(", ") || "–"}</td>
            </tr>
            {tags.map(([name, value]) => (
              <tr key={name}>
                <td>{name}</td>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </>
  );
}

const difference = (mine?: Packed, theirs?: Packed) =>
  typeof mine === "number" && typeof theirs === "number"
    ? `${mine >= theirs ? "+" : "−"}${number(Math.abs(mine - theirs))}`
    : "–";

/** The numbers of a version, the difference to another one, and each over all versions. */
function Metrics({ model, version }: { model: Whole; version: Version }) {
  const { t } = useTranslation();
  const others = model.versions.filter((each) => each.id !== version.id);
  const before = others.find((each) => each.number < version.number) ?? others[0];
  const [chosen, setChosen] = useState<string | null>(null);
  const other = others.find((each) => each.id === chosen) ?? before;
  const mine = version.metrics as Record<string, Packed>;
  const theirs = (other?.metrics ?? {}) as Record<string, Packed>;
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].sort();
  const [metric, setMetric] = useState<string | null>(null);
  const plotted = names.includes(metric ?? "") ? metric! : names[0];
  const rising = [...model.versions]
    .reverse()
    .filter((each) => plotted && plotted in (each.metrics as object));
  return (
    <Panel
      title={t("common.metrics")}
      aside={
        others.length > 0 && (
          <Select
            size="xs"
            w={150}
            aria-label={t("model.compareWith")}
            value={other?.id ?? null}
            onChange={setChosen}
            allowDeselect={false}
            data={others.map((each) => ({ value: each.id, label: t("model.against", { n: each.number }) }))}
          />
        )
      }
    >
      {names.length === 0 ? (
        <Empty title={t("model.noMetrics")}>{t("model.noMetricsHint")}</Empty>
      ) : (
        <>
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th>{t("common.metric")}</th>
                  <th className={css.num}>v{version.number}</th>
                  {other && <th className={css.num}>v{other.number}</th>}
                  {other && <th className={css.num}>{t("common.difference")}</th>}
                </tr>
              </thead>
              <tbody>
                {names.map((name) => (
                  <tr key={name}>
                    <td className={css.mono}>{name}</td>
                    <td className={css.num}>{name in mine ? shown(mine[name]!) : "–"}</td>
                    {other && <td className={css.num}>{name in theirs ? shown(theirs[name]!) : "–"}</td>}
                    {other && <td className={css.num}>{difference(mine[name], theirs[name])}</td>}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {rising.length > 1 && (
            <div className={css.p14}>
              {names.length > 1 && (
                <Select
                  size="xs"
                  w={200}
                  mb={8}
                  aria-label={t("common.metric")}
                  data={names}
                  value={plotted}
                  onChange={setMetric}
                  allowDeselect={false}
                />
              )}
              <Plot
                title={t("model.metricByVersion", { metric: plotted })}
                {...aligned([
                  {
                    label: plotted!,
                    points: rising.map((each) => [
                      each.number,
                      (each.metrics as Record<string, Packed>)[plotted!]!,
                      0,
                    ]),
                  },
                ])}
                along={t("model.versionAxis")}
                format={number}
                height={150}
              />
            </div>
          )}
        </>
      )}
    </Panel>
  );
}

export function Files({ version }: { version: Version }) {
  const { t } = useTranslation();
  return (
    <Panel label={t("common.files")}>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th>{t("common.file")}</th>
              <th className={css.num}>{t("common.size")}</th>
              <th className={css.hideSmall}>SHA-256</th>
              <th>
                <span className={css.sr}>{t("common.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {version.files.map((file) => (
              <tr key={file.path}>
                <td className={`${css.fw600} ${css.normal} ${css.breaks}`}>{file.path}</td>
                <td className={css.num}>{bytes(Number(file.size))}</td>
                <td className={`${css.mono} ${css.hideSmall}`} title={file.sha256}>
                  {file.sha256.slice(0, 16)}…
                </td>
                <td className={css.right}>
                  <a href={file.url} download>
                    {t("common.download")}
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={`${css.dim} ${css.line} ${css.p14} ${css.gap10} ${css.middle}`}>
        <span className={css.breaks}>
          {t("model.digest")} <code className={css.mono}>{version.digest.slice(0, 32)}…</code> ·{" "}
          <Ago at={version.createdAt} />
        </span>
        <span className={css.push}>
          <Copy text={version.digest} />
        </span>
      </div>
    </Panel>
  );
}

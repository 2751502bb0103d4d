/** One version of an image: how its build stands, why it failed, what is in it and how that differs from before. */

import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BuildOneQuery } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { Copy, css, Notice, Panel } from "@/ui/page";

type Build = NonNullable<BuildOneQuery["build"]>;

/** 41.2 MiB, with a sign. */
const more = (size: number) => `${size < 0 ? "−" : "+"}${bytes(Math.abs(size))}`;

export function Facts({ build }: { build: Build }) {
  const { t } = useTranslation();
  const file = build.files[0];
  return (
    <>
      {build.failedStep && (
        <Notice tone="bad">
          <b>{t("image.stepFailed")}</b>
          <pre className={`${css.mono} ${css.wrap} ${css.flush} ${css.mt6} ${css.mb6}`}>
            {build.failedStep.step}
          </pre>
          {build.failedStep.output.length > 0 && (
            <pre className={`${css.code} ${css.wrap}`}>{build.failedStep.output.join("\n")}</pre>
          )}
        </Notice>
      )}
      {build.state === "FAILED" && !build.failedStep && build.explanation && (
        <Notice tone="bad">
          <div className={css.preWrap}>{localised(build.explanation)}</div>
        </Notice>
      )}
      {(build.state === "PENDING" || build.state === "REQUESTED") && build.explanation && (
        <Notice tone="waitful">{localised(build.explanation)}</Notice>
      )}
      {build.state === "SUCCEEDED" && (
        <Panel
          title={t("image.result")}
          aside={
            build.reference ? <Copy text={build.reference} label={t("image.copyReference")} /> : undefined
          }
        >
          <div className={`${css.stack} ${css.pRow} ${css.gap6}`}>
            {build.reference ? (
              <code className={`${css.mono} ${css.breaks}`}>{build.reference}</code>
            ) : (
              <span>
                {build.digest?.startsWith("env:")
                  ? t("image.environmentResult")
                  : t("image.archiveResult", {
                      name: file?.path ?? "image.tar",
                      size: bytes(Number(file?.size)),
                    })}
              </span>
            )}
            <span className={`${css.dim} ${css.breaks}`}>
              <code className={css.mono}>{build.digest}</code> · {bytes(Number(build.size))}
              {build.sizeChange != null && build.sizeChange !== 0 && ` (${more(Number(build.sizeChange))})`}
            </span>
          </div>
        </Panel>
      )}
    </>
  );
}

export function Packages({ build }: { build: Build }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const rows = build.packages;
  const shown = rows.filter((row) => row.name.includes(words.toLowerCase()));
  if (build.state !== "SUCCEEDED") return null;
  return (
    <>
      {build.packageChanges.length > 0 && (
        <Panel title={t("image.changes")}>
          <div className={`${css.scroll} ${css.mah320} ${css.scrolls}`}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th>{t("image.package")}</th>
                  <th>{t("common.before")}</th>
                  <th>{t("common.after")}</th>
                </tr>
              </thead>
              <tbody>
                {build.packageChanges.map((each) => (
                  <tr key={each.kind + each.name}>
                    <td className={css.fw550}>
                      {each.name} <span className={css.dim}>{each.kind.toLowerCase()}</span>
                    </td>
                    <td className={each.after === null ? css.bad : ""}>{each.before ?? "–"}</td>
                    <td className={each.before === null ? css.ok : ""}>
                      {each.after ?? t("common.removed")}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
      )}
      <Panel
        title={t("image.packageCount", { count: rows.length })}
        aside={
          rows.length > 8 ? (
            <TextInput
              type="search"
              size="xs"
              aria-label={t("image.findPackage")}
              placeholder={t("image.findPackage")}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
          ) : undefined
        }
      >
        <div
          className={`${css.scroll} ${css.mah320} ${css.scrolls}`}
          tabIndex={0}
          role="group"
          aria-label={t("image.packages")}
        >
          <table className={css.table}>
            <tbody>
              {shown.map((row) => (
                <tr key={row.kind + row.name}>
                  <td className={css.fw550}>{row.name}</td>
                  <td className={css.num}>{row.version}</td>
                  <td className={`${css.dim} ${css.w90}`}>{row.kind.toLowerCase()}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length === 0 && <div className={`${css.dim} ${css.p14}`}>{t("image.noPackages")}</div>}
        </div>
      </Panel>
    </>
  );
}

/** What a step left: values, and files with a preview of what can be shown. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { brief, bytes } from "@/lib/format";
import { css, Empty } from "@/ui/page";
import { Preview } from "./preview";

export interface File {
  id: string;
  path: string;
  size: number;
  sha256: string;
  mediaType: string;
  url: string;
}

export function Artifacts({ files, outputs, done, register }: { files: File[]; outputs: Record<string, unknown> | null; done: boolean; register: (() => void) | null }) {
  const { t } = useTranslation();
  const best = files.find((file) => /\.(png|jpe?g|svg|md|html?)$/i.test(file.path)) ?? files[0];
  const [open, setOpen] = useState<string | null>(best?.id ?? null);
  const values = Object.entries(outputs ?? {});
  if (!files.length && !values.length) return <Empty title={done ? t("It left nothing") : t("It has left nothing yet")}>{t("What a step writes into the folder $CUBE_OUTPUT_DIR is kept here when it ends.")}</Empty>;
  return (
    <div style={{ padding: 14, display: "grid", gap: 14 }}>
      {values.length > 0 && (
        <table className={css.table}><tbody>{values.map(([name, value]) => <tr key={name}><td className={css.mono} style={{ width: 140 }}>{name}</td><td className={css.mono} style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}>{brief(value)}</td></tr>)}</tbody></table>
      )}
      {register && files.length > 0 && <Button size="compact-sm" style={{ justifySelf: "start" }} onClick={register}>{t("Register as a model…")}</Button>}
      {files.map((file) => (
        <section key={file.id} className={css.panel}>
          <div className={css.row}>
            <button type="button" aria-expanded={open === file.id} onClick={() => setOpen(open === file.id ? null : file.id)} className={css.ellipsis} style={{ border: 0, background: "none", font: "inherit", fontWeight: 600, color: "var(--ink)", cursor: "pointer", padding: 0, flex: 1, textAlign: "left" }}>{open === file.id ? "▾" : "▸"} {file.path}</button>
            <span className={css.dim} title={`SHA-256 ${file.sha256}`}>{bytes(file.size)}</span>
            <a href={file.url} download>{t("Download")}</a>
          </div>
          {open === file.id && <div style={{ padding: 12, overflow: "auto", maxHeight: 520 }}><Preview file={file} /></div>}
        </section>
      ))}
    </div>
  );
}

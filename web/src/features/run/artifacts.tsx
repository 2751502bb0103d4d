/** What a step left: values, and files with a preview of what can be shown. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { brief, bytes } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { css, Empty, Notice } from "@/ui/page";
import { Preview } from "./preview";

export interface File {
  id: string;
  path: string;
  size: number;
  sha256: string;
  mediaType: string;
  url: string;
}

export function Artifacts({
  files,
  omitted,
  outputs,
  done,
  register,
}: {
  files: File[];
  omitted: string[];
  outputs: Record<string, unknown> | null;
  done: boolean;
  register: (() => void) | null;
}) {
  const { t } = useTranslation();
  /** What is no plain file: an empty folder and a link to a folder have no content to look at, and a packed folder is an archive. */
  const kinds: Record<string, string> = {
    "inode/directory": t("run.emptyFolder"),
    "inode/symlink": t("run.folderLink"),
    "application/vnd.cubestudio.folder+tar": t("run.folderArchive"),
  };
  const plain = files.filter((file) => !(file.mediaType in kinds));
  const best = plain.find((file) => /\.(png|jpe?g|svg|md|html?)$/i.test(file.path)) ?? plain[0];
  const [open, setOpen] = useState<string | null>(best?.id ?? null);
  const values = Object.entries(outputs ?? {});
  if (!files.length && !values.length && !omitted.length)
    return <Empty title={done ? t("run.noFiles") : t("run.noFilesYet")}>{t("run.filesHint")}</Empty>;
  return (
    <div className={`${css.stack} ${css.p14} ${css.gap14}`}>
      {omitted.length > 0 && (
        <Notice tone="waitful">
          <b>{t("run.filesPartial")}</b>
          <ul className={`${css.flush} ${css.bullets} ${css.breaks}`}>
            {omitted.map((words) => (
              <li key={words}>{localised(words)}</li>
            ))}
          </ul>
        </Notice>
      )}
      {values.length > 0 && (
        <table className={css.table}>
          <tbody>
            {values.map(([name, value]) => (
              <tr key={name}>
                <td className={`${css.mono} ${css.w140}`}>{name}</td>
                <td className={`${css.mono} ${css.normal} ${css.breaks}`}>{brief(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {register && files.length > 0 && (
        <Button size="compact-sm" className={css.selfStart} onClick={register}>
          {t("run.registerModel")}
        </Button>
      )}
      {files.map((file) =>
        file.mediaType in kinds ? (
          <section key={file.id} className={css.panel}>
            <div className={css.row}>
              <span className={`${css.ellipsis} ${css.grow} ${css.fw600} ${css.pl14}`}>{file.path}/</span>
              <span className={css.dim}>
                {kinds[file.mediaType]}
                {file.mediaType.startsWith("inode") ? "" : ` · ${bytes(file.size)}`}
              </span>
              {!file.mediaType.startsWith("inode") && (
                <a href={file.url} download={`${file.path}.tar`}>
                  {t("common.download")}
                </a>
              )}
            </div>
          </section>
        ) : (
          <section key={file.id} className={css.panel}>
            <div className={css.row}>
              <button
                type="button"
                aria-expanded={open === file.id}
                onClick={() => setOpen(open === file.id ? null : file.id)}
                className={`${css.ellipsis} ${css.bare} ${css.grow} ${css.fw600} ${css.ink} ${css.p0} ${css.left}`}
              >
                {open === file.id ? "▾" : "▸"} {file.path}
              </button>
              <span className={css.dim} title={`SHA-256 ${file.sha256}`}>
                {bytes(file.size)}
              </span>
              <a href={file.url} download>
                {t("common.download")}
              </a>
            </div>
            {open === file.id && (
              <div className={`${css.p12} ${css.scrolls} ${css.mah520}`}>
                <Preview file={file} />
              </div>
            )}
          </section>
        ),
      )}
    </div>
  );
}

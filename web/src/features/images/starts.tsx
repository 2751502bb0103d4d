/** The catalogue of starting points for images: what everybody may begin with; administrators change it. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import {
  DeleteImagePresetDocument,
  ImagePresetsDocument,
  type ImagePresetsQuery,
  type ImageSourceInput,
  SaveImagePresetDocument,
} from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { Code } from "@/ui/code";
import { Dialog } from "@/ui/dialog";
import { css, Failure, Loading } from "@/ui/page";
import { Pin } from "@/ui/pin";
import { complain } from "@/ui/toast";
import { fieldsOf, kindOf, sourceOf } from "./source";

type Start = ImagePresetsQuery["imagePresets"][number];
const fresh = () => void cache.invalidateQueries({ queryKey: ["image-starts"] });

export function Starts({ begin, close }: { begin: (start: Start) => void; close: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["image-starts"], queryFn: () => ask(ImagePresetsDocument) });
  const [edited, setEdited] = useState<Start | "new" | null>(null);
  const admin = query.data?.viewer?.admin;
  const remove = async (start: Start) => {
    try {
      await act(DeleteImagePresetDocument, { name: start.name });
      fresh();
    } catch (error) {
      complain(error);
    }
  };
  if (edited) return <Edit start={edited === "new" ? null : edited} close={() => setEdited(null)} />;
  return (
    <Modal opened onClose={close} title={t("imageTemplate.title")} size={720}>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading rows={4} />
      ) : (
        <>
          {query.data.imagePresets.map((start) => (
            <div key={start.name} className={`${css.row} ${css.wraps}`}>
              <div className={`${css.basis260} ${css.miw0} ${css.breaks}`}>
                <b>{localised(start.title)}</b> <code className={css.mono}>{start.name}</code>
                <div className={css.dim}>{localised(start.description)}</div>
              </div>
              <div className={`${css.line} ${css.gap8}`}>
                <Button size="compact-sm" onClick={() => begin(start)}>
                  {t("imageTemplate.use")}
                </Button>
                {admin && (
                  <Button
                    size="compact-sm"
                    onClick={() => setEdited(start)}
                    aria-label={t("common.editName", { name: start.name })}
                  >
                    {t("common.edit")}
                  </Button>
                )}
                {admin && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    onClick={() => void remove(start)}
                    aria-label={t("common.removeName", { name: start.name })}
                  >
                    {t("common.remove")}
                  </Button>
                )}
              </div>
            </div>
          ))}
          {query.data.imagePresets.length === 0 && (
            <div className={`${css.dim} ${css.p14}`}>{t("imageTemplate.none")}</div>
          )}
          <div className={`${css.flow} ${css.gap12} ${css.middle} ${css.pt12}`}>
            {admin ? (
              <Button onClick={() => setEdited("new")}>{t("imageTemplate.add")}</Button>
            ) : (
              <span className={css.dim}>{t("imageTemplate.readOnly")}</span>
            )}
          </div>
        </>
      )}
    </Modal>
  );
}

function Edit({ start, close }: { start: Start | null; close: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(start?.name ?? "");
  const [title, setTitle] = useState(start?.title ?? "");
  const [description, setDescription] = useState(start?.description ?? "");
  const fields = start ? fieldsOf(start.source) : {};
  const [text, setText] = useState(
    JSON.stringify(
      start ? sourceOf(kindOf(fields), fields) : { packages: { base: "python:3.11-slim", pip: ["pandas"] } },
      null,
      2,
    ),
  );
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  let source: ImageSourceInput = { packages: {} };
  let broken: string | undefined;
  try {
    source = JSON.parse(text) as ImageSourceInput;
  } catch (caught) {
    broken = String(caught instanceof Error ? caught.message : caught);
  }
  const base = source?.packages?.base ?? "";
  const save = () =>
    run(async () => {
      await act(SaveImagePresetDocument, { input: { name, title, description, source } });
      fresh();
      close();
    });
  return (
    <Dialog
      title={start ? t("common.editName", { name: start.name }) : t("imageTemplate.add")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("common.save")}
      error={["name", "title"].some(fault) ? null : error}
      why={
        !name
          ? t("common.nameRequired")
          : !title
            ? t("imageTemplate.titleRequired")
            : broken
              ? t("common.incomplete")
              : null
      }
      size={720}
    >
      <div className={`${css.gap12} ${css.columns200}`}>
        <TextInput
          required
          label={t("common.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          disabled={start !== null}
          error={fault("name")}
        />
        <TextInput
          required
          label={t("imageTemplate.name")}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          error={fault("title")}
        />
      </div>
      <TextInput
        label={t("common.description")}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <Code
        label={t("imageTemplate.definition")}
        description={t("imageTemplate.definitionHint")}
        language="json"
        height="260px"
        value={text}
        set={setText}
        error={broken}
      />
      {base && (
        <Pin
          base={base}
          set={(pinned) =>
            setText(JSON.stringify({ packages: { ...source.packages, base: pinned } }, null, 2))
          }
        />
      )}
    </Dialog>
  );
}

/** The catalogue of starting points for images: what everybody may begin with; administrators change it. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import {
  DeleteImageStartDocument,
  ImageStartsDocument,
  type ImageStartsQuery,
  SaveImageStartDocument,
} from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { Code } from "@/ui/code";
import { Dialog } from "@/ui/dialog";
import { css, Failure, Loading } from "@/ui/page";
import { Pin } from "@/ui/pin";
import { complain } from "@/ui/toast";

type Start = ImageStartsQuery["imageStarts"][number];
const fresh = () => void cache.invalidateQueries({ queryKey: ["image-starts"] });

export function Starts({ begin, close }: { begin: (start: Start) => void; close: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["image-starts"], queryFn: () => ask(ImageStartsDocument) });
  const [edited, setEdited] = useState<Start | "new" | null>(null);
  const admin = query.data?.viewer?.admin;
  const remove = async (start: Start) => {
    try {
      await act(DeleteImageStartDocument, { name: start.name });
      fresh();
    } catch (error) {
      complain(error);
    }
  };
  if (edited) return <Edit start={edited === "new" ? null : edited} close={() => setEdited(null)} />;
  return (
    <Modal opened onClose={close} title={t("Starting points")} size={720}>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading rows={4} />
      ) : (
        <>
          {query.data.imageStarts.map((start) => (
            <div key={start.name} className={`${css.row} ${css.wraps}`}>
              <div className={`${css.basis260} ${css.miw0} ${css.breaks}`}>
                <b>{localised(start.title)}</b> <code className={css.mono}>{start.name}</code>
                <div className={css.dim}>{localised(start.description)}</div>
              </div>
              <div className={`${css.line} ${css.gap8}`}>
                <Button size="compact-sm" onClick={() => begin(start)}>
                  {t("Begin with it")}
                </Button>
                {admin && (
                  <Button
                    size="compact-sm"
                    onClick={() => setEdited(start)}
                    aria-label={t("Change {{name}}", { name: start.name })}
                  >
                    {t("Change")}
                  </Button>
                )}
                {admin && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    onClick={() => void remove(start)}
                    aria-label={t("Remove {{name}}", { name: start.name })}
                  >
                    {t("Remove")}
                  </Button>
                )}
              </div>
            </div>
          ))}
          {query.data.imageStarts.length === 0 && (
            <div className={`${css.dim} ${css.p14}`}>{t("The catalogue is empty.")}</div>
          )}
          <div className={`${css.flow} ${css.gap12} ${css.middle} ${css.pt12}`}>
            {admin ? (
              <Button onClick={() => setEdited("new")}>{t("Add a starting point")}</Button>
            ) : (
              <span className={css.dim}>{t("Administrators can change these.")}</span>
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
  const [text, setText] = useState(
    JSON.stringify(start?.definition ?? { base: "python:3.11-slim", pip: ["pandas"] }, null, 2),
  );
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  let definition: unknown = null;
  let broken: string | undefined;
  try {
    definition = JSON.parse(text);
  } catch (caught) {
    broken = String(caught instanceof Error ? caught.message : caught);
  }
  const base =
    definition && typeof definition === "object" ? String((definition as { base?: unknown }).base ?? "") : "";
  const save = () =>
    run(async () => {
      await act(SaveImageStartDocument, { name, title, description, definition });
      fresh();
      close();
    });
  return (
    <Dialog
      title={start ? t("Change {{name}}", { name: start.name }) : t("Add a starting point")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("Save")}
      error={["name", "title"].some(fault) ? null : error}
      why={
        !name
          ? t("Give it a name.")
          : !title
            ? t("Give it a title.")
            : broken
              ? t("Something is not right yet.")
              : null
      }
      size={720}
    >
      <div className={`${css.gap12} ${css.columns200}`}>
        <TextInput
          required
          label={t("Name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          disabled={start !== null}
          error={fault("name")}
        />
        <TextInput
          required
          label={t("Title")}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          error={fault("title")}
        />
      </div>
      <TextInput
        label={t("Description")}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <Code
        label={t("Definition")}
        description={t("JSON: base, python, pip, apt, conda, env, files, commands; or dockerfile; or repo")}
        language="json"
        height="260px"
        value={text}
        set={setText}
        error={broken}
      />
      {base && (
        <Pin
          base={base}
          set={(pinned) => setText(JSON.stringify({ ...(definition as object), base: pinned }, null, 2))}
        />
      )}
    </Dialog>
  );
}

/** Drawing a pipeline: palette, canvas and form, or canvas and YAML side by side; kept as a draft until it is saved. */
import { Button, SegmentedControl } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconLayoutDistributeHorizontal } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactFlowInstance } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import {
  ContinueRunDocument,
  type PipelinePageQuery,
  SavePipelineDocument,
  SetPipelineLayoutDocument,
  TemplatesDocument,
} from "@/gen/graphql";
import { equal } from "@/lib/equal";
import { closes, type Definition, fresh, type StepSpec } from "@/lib/graph";
import { typing } from "@/lib/shortcuts";
import { Code } from "@/ui/code";
import { direction, layout, reduced } from "@/ui/layout";
import { Failure, Notice, css as ui } from "@/ui/page";
import { complain, say } from "@/ui/toast";
import { About } from "./about";
import { Canvas, placed } from "./canvas";
import { useCheck, useDraft } from "./checks";
import { Clash } from "./clash";
import css from "./editor.module.css";
import type { Environment } from "./environment";
import { Palette } from "./palette";
import { StepPanel } from "./panel";
import { type Layout, layoutOf, patch, positionsOf, remove, rename, slimmed, spoken, useWork } from "./state";
import { copy, paste, read, write } from "./yaml";

const STAGE = { width: 640, height: 620 };

type Found = NonNullable<NonNullable<PipelinePageQuery["project"]>["pipeline"]>;

export function Editor({
  project,
  pipeline,
  step,
  fix,
  image,
  adopted,
  select: choose,
}: {
  project: string;
  pipeline: Found;
  step: string | undefined;
  fix: string | undefined;
  image: string | undefined;
  adopted: () => void;
  select: (step: string | null) => void;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const locked = !pipeline.viewerCanRun;
  const saved = useMemo(
    () => slimmed((pipeline.version?.definition ?? { name: pipeline.name, steps: [] }) as Definition),
    [pipeline.version, pipeline.name],
  );
  const draft = pipeline.draft;
  const [base, setBase] = useState(draft?.baseVersion ?? pipeline.latest);
  const { work, edges, set, reset, undo, redo, canUndo, canRedo } = useWork({
    definition: draft ? (draft.definition as Definition) : saved,
    layout: layoutOf(pipeline.layout),
  });
  const { definition } = work;
  const [selected, setSelected] = useState<Set<string>>(new Set(step ? [step] : []));
  const [side, setSide] = useState<"form" | "yaml">("form");
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<[number, string] | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [clash, setClash] = useState<number | null>(null);
  const flow = useRef<ReactFlowInstance<never> | null>(null);
  const templates = useQuery({
    queryKey: ["templates", project],
    queryFn: () => ask(TemplatesDocument, { project }),
  });
  const changed = !equal(slimmed(definition), saved) || fault !== null;
  const faults = useCheck(project, definition, pipeline.name);
  const drafted = useDraft(pipeline.id, definition, base, changed && !locked);
  const only = selected.size === 1 ? [...selected][0]! : null;
  const current = definition.steps.find((each) => each.name === only) ?? null;
  // The form stays the same form while its step gets another name: the field that one goes to next keeps the focus.
  const form = useRef({ step: "", key: 0 });
  if (current && form.current.step !== current.name)
    form.current = { step: current.name, key: form.current.key + 1 };

  const select = useCallback((names: Set<string>) => {
    setSelected((old) =>
      old.size === names.size && [...names].every((name) => old.has(name)) ? old : names,
    );
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page gives another function each time it renders.
  useEffect(() => {
    choose(only); // in braces: what the page returns is no way to clean up
  }, [only]);

  const marks = useMemo(() => {
    const found = new Map<string, string[]>();
    for (const each of faults.data ?? []) {
      const name = definition.steps[Number(/^steps\[(\d+)\]/.exec(each.field ?? "")?.[1] ?? -1)]?.name;
      if (name) found.set(name, [...(found.get(name) ?? []), each.message]);
    }
    return found;
  }, [faults.data, definition.steps]);

  const add = useCallback(
    (template: string, at?: [number, number], environment?: Environment) => {
      const found = templates.data?.templates.findLast((each) => each.name === template);
      const name = fresh(
        template,
        definition.steps.map((each) => each.name),
      );
      const places = placed(definition.steps, edges, work.layout, STAGE);
      const down = direction(places, edges) === "TB";
      const after =
        only && places[only]
          ? places[only]
          : (Object.values(places).sort((a, b) => (down ? b[1] - a[1] : b[0] - a[0]))[0] ??
            (down ? [0, -104] : [-248, 0]));
      const beside: [number, number] = down ? [after[0], after[1] + 104] : [after[0] + 248, after[1]];
      set((now) => ({
        definition: {
          ...now.definition,
          steps: [
            ...now.definition.steps,
            {
              name,
              template: found ? `${template}@${found.latest}` : template,
              ...(!at && only ? { needs: [only] } : {}),
              ...(environment ? { environment } : {}),
            } as StepSpec,
          ],
        },
        layout: { ...placed(now.definition.steps, edges, now.layout, STAGE), [name]: at ?? beside },
      }));
      setSelected(new Set([name]));
      setSide("form");
    },
    [templates.data, definition.steps, edges, work.layout, only, set],
  );

  // Somebody comes from an image: a step that runs in it, once.
  const taken = useRef(false);
  useEffect(() => {
    if (!image || !templates.data || locked || taken.current) return;
    taken.current = true;
    add("python", undefined, { image });
    adopted();
  }, [image, templates.data, locked, add, adopted]);

  const join = useCallback(
    (from: string, to: string) => {
      if (closes(edges, from, to)) return;
      set((now) => {
        const target = now.definition.steps.find((each) => each.name === to)!;
        return (target.needs ?? []).includes(from) || spoken(target, from)
          ? now
          : patch(now, to, { needs: [...(target.needs ?? []), from] });
      });
    },
    [edges, set],
  );

  const part = useCallback(
    (pairs: [string, string][]) => {
      for (const [from, to] of pairs) {
        const target = definition.steps.find((each) => each.name === to);
        if (target && spoken(target, from)) say(t("editor.edgeInUse", { from, to }));
      }
      set((now) =>
        pairs.reduce((work, [from, to]) => {
          const target = work.definition.steps.find((each) => each.name === to);
          return target
            ? patch(work, to, { needs: (target.needs ?? []).filter((need) => need !== from) })
            : work;
        }, now),
      );
    },
    [definition.steps, set, t],
  );

  const drop = useCallback(
    (names: Set<string>) => {
      set((now) => remove(now, names));
      setSelected(new Set());
    },
    [set],
  );

  const move = useCallback(
    (moved: Layout) =>
      set(
        (now) => ({
          ...now,
          layout: { ...placed(now.definition.steps, edges, now.layout, STAGE), ...moved },
        }),
        "move",
      ),
    [edges, set],
  );

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const field = (event.target as HTMLElement).closest(
        "input, textarea, [contenteditable=true], .cm-editor, [role=dialog]",
      );
      const command = event.metaKey || event.ctrlKey;
      if (command && !field && event.key.toLowerCase() === "z") {
        event.preventDefault();
        if (event.shiftKey) redo();
        else undo();
      } else if (command && !field && event.key.toLowerCase() === "y") {
        event.preventDefault();
        redo();
      } else if (command && event.key.toLowerCase() === "s") {
        event.preventDefault();
        if (!locked) void save();
      } else if (!typing(event) && event.key === "Escape") setSelected(new Set());
    };
    const copied = (event: ClipboardEvent) => {
      if (
        (event.target as HTMLElement).closest("input, textarea, .cm-editor") ||
        String(getSelection()) ||
        selected.size === 0
      )
        return;
      event.clipboardData?.setData(
        "text/plain",
        copy(definition.steps.filter((each) => selected.has(each.name))),
      );
      event.preventDefault();
      say(t("editor.copiedSteps", { count: selected.size }));
    };
    const pasted = (event: ClipboardEvent) => {
      if (locked || (event.target as HTMLElement).closest("input, textarea, .cm-editor")) return;
      const steps = paste(
        event.clipboardData?.getData("text/plain") ?? "",
        definition.steps.map((each) => each.name),
      );
      if (!steps) return;
      event.preventDefault();
      set((now) => ({
        definition: { ...now.definition, steps: [...now.definition.steps, ...steps] },
        layout: {},
      }));
      setSelected(new Set(steps.map((each) => each.name)));
    };
    window.addEventListener("keydown", press);
    document.addEventListener("copy", copied);
    document.addEventListener("paste", pasted);
    return () => {
      window.removeEventListener("keydown", press);
      document.removeEventListener("copy", copied);
      document.removeEventListener("paste", pasted);
    };
  });

  const save = async (over?: number): Promise<boolean> => {
    if (fault) return false;
    setBusy(true);
    setError(null);
    try {
      drafted.hold();
      const done = await act(SavePipelineDocument, {
        input: {
          project,
          definition: { ...slimmed(definition), name: pipeline.name },
          expectedVersion: over ?? base,
        },
      });
      if (Object.keys(work.layout).length)
        await act(SetPipelineLayoutDocument, {
          input: { pipelineId: pipeline.id, positions: positionsOf(work.layout) },
        });
      setBase(done.pipeline.latest);
      setClash(null);
      setText(null);
      await cache.invalidateQueries({ queryKey: ["pipeline"] });
      void cache.invalidateQueries({ queryKey: ["versions"] });
      say(
        done.changed
          ? t("editor.savedVersion", { n: done.pipeline.latest })
          : t("editor.unchanged", { n: done.pipeline.latest }),
      );
      return true;
    } catch (caught) {
      if (caught instanceof Refused && caught.code === "CONFLICT" && caught.field === "expectedVersion")
        setClash(Date.now());
      else setError(caught);
      return false;
    } finally {
      setBusy(false);
    }
  };

  const proceed = async () => {
    if (changed && !(await save())) return;
    try {
      const run = await act(ContinueRunDocument, { id: fix! });
      await go({ to: "/runs/$run", params: { run: run.id } });
    } catch (caught) {
      complain(caught);
    }
  };

  const edit = (next: string) => {
    setText(next);
    const made = read(next);
    if ("fault" in made) return setFault(made.fault);
    setFault(
      made.definition.name === pipeline.name ? null : [1, t("editor.nameFixed", { name: pipeline.name })],
    );
    set((now) => ({ ...now, definition: { ...made.definition, name: pipeline.name } }), "yaml");
  };

  const yaml = text ?? write(definition);
  const lineOf = (field: string | null | undefined) => {
    const name = definition.steps[Number(/^steps\[(\d+)\]/.exec(field ?? "")?.[1] ?? -1)]?.name;
    const at = name
      ? yaml.split("\n").findIndex((line) => new RegExp(`name:\\s*["']?${name}["']?\\s*(,|}|$)`).test(line))
      : 0;
    return Math.max(at, 0) + 1;
  };
  const said = fault
    ? t("editor.yamlInvalid")
    : !changed
      ? t("editor.status.saved", { n: base })
      : drafted.error
        ? t("editor.status.draftFailed")
        : drafted.kept
          ? t("editor.status.draftSaved")
          : t("editor.status.draftSaving");
  return (
    <div className={css.editor} data-unsaved={changed || undefined}>
      <div className={css.bar} role="toolbar" aria-label={t("editor.title")}>
        <Button
          size="compact-sm"
          onClick={undo}
          disabled={!canUndo}
          leftSection={<IconArrowBackUp size={14} />}
        >
          {t("editor.undo")}
        </Button>
        <Button
          size="compact-sm"
          onClick={redo}
          disabled={!canRedo}
          leftSection={<IconArrowForwardUp size={14} />}
        >
          {t("editor.redo")}
        </Button>
        <Button
          size="compact-sm"
          disabled={locked || definition.steps.length === 0}
          leftSection={<IconLayoutDistributeHorizontal size={14} />}
          onClick={() => {
            set((now) => ({
              ...now,
              layout: layout(
                now.definition.steps.map((each) => each.name),
                reduced(edges),
                STAGE,
              ),
            }));
            setTimeout(() => void flow.current?.fitView({ padding: 0.2, maxZoom: 1 }), 60);
          }}
        >
          {t("editor.tidy")}
        </Button>
        <SegmentedControl
          size="xs"
          value={side}
          onChange={(next) => {
            setSide(next as "form" | "yaml");
            setText(null);
            setFault(null);
          }}
          aria-label={t("editor.sidePanel")}
          data={[
            { value: "form", label: t("editor.form") },
            { value: "yaml", label: "YAML" },
          ]}
        />
        <span role="status" className={`${ui.dim} ${ui.ml6}`}>
          {locked ? t("editor.readOnly") : said}
        </span>
        <span className={ui.grow} />
        {(faults.data?.length ?? 0) > 0 && (
          <button type="button" className={`${ui.bare} ${ui.bad}`} onClick={() => setSelected(new Set())}>
            {t("editor.problems", { count: faults.data!.length })}
          </button>
        )}
        {changed && !locked && (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              drafted.discard();
              reset({ definition: saved, layout: layoutOf(pipeline.layout) });
              setText(null);
              setFault(null);
              setBase(pipeline.latest);
            }}
          >
            {t("editor.discardDraft")}
          </Button>
        )}
        {!locked && (
          <Button
            size="compact-sm"
            variant={fix ? "default" : "filled"}
            loading={busy}
            disabled={!changed || fault !== null}
            onClick={() => void save()}
            title="Ctrl S"
          >
            {t("common.save")}
          </Button>
        )}
        {fix && !locked && (
          <Button
            size="compact-sm"
            variant="filled"
            loading={busy}
            disabled={fault !== null}
            onClick={() => void proceed()}
          >
            {changed ? t("editor.saveAndContinue") : t("editor.continueRun")}
          </Button>
        )}
      </div>
      <Palette templates={templates.data?.templates ?? []} add={(name) => add(name)} locked={locked} />
      <div className={css.stage}>
        {Boolean(error) && (
          <div className={css.noteAbove}>
            <Failure error={error} />
          </div>
        )}
        {draft && draft.baseVersion !== pipeline.latest && base === draft.baseVersion && (
          <div className={css.noteBelow}>
            <Notice tone="waitful">
              {t("editor.draftOutdated", { n: draft.baseVersion, latest: pipeline.latest })}
            </Notice>
          </div>
        )}
        {definition.steps.length === 0 ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: what a drag does, Enter on a template does, too.
          <div
            className={css.centre}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              const template = event.dataTransfer.getData("application/x-cube-template");
              if (template) add(template, [0, 0]);
            }}
          >
            <div className={ui.empty}>
              <h2>{t("editor.empty.title")}</h2>
              <p>{t("editor.empty.text")}</p>
            </div>
          </div>
        ) : (
          <Canvas
            steps={definition.steps}
            edges={edges}
            places={work.layout}
            faults={marks}
            selected={selected}
            select={select}
            move={move}
            join={join}
            part={part}
            remove={drop}
            drop={(name, at) => add(name, at)}
            locked={locked}
            ready={(made) => {
              flow.current = made as never;
            }}
          />
        )}
      </div>
      <div className={css.side} aria-label={side === "form" ? t("editor.form") : "YAML"} role="group">
        {side === "yaml" ? (
          <div className={`${ui.stack} ${ui.p10} ${ui.gap8}`}>
            <Code
              language="yaml"
              label="YAML"
              value={yaml}
              set={(next) => {
                if (next !== yaml) edit(next);
              }}
              height="calc(100dvh - 290px)"
              disabled={locked}
              marks={
                fault
                  ? [fault]
                  : (faults.data ?? [])
                      .slice(0, 50)
                      .map((each): [number, string] => [lineOf(each.field), each.message])
              }
            />
            {fault && (
              <Notice tone="bad">
                {t("common.line", { n: fault[0] })}: {fault[1]}
              </Notice>
            )}
          </div>
        ) : selected.size > 1 ? (
          <div className={css.fields}>
            <b>{t("editor.selection", { count: selected.size })}</b>
            <span className={ui.dim}>{t("editor.selectionHint")}</span>
            {!locked && (
              <Button color="red" variant="light" onClick={() => drop(selected)}>
                {t("common.delete")}
              </Button>
            )}
          </div>
        ) : current ? (
          <StepPanel
            key={form.current.key}
            project={project}
            pipeline={pipeline.id}
            step={current}
            definition={definition}
            edges={edges}
            templates={templates.data?.templates ?? []}
            faults={faults.data ?? []}
            locked={locked}
            patch={(values: Partial<StepSpec>, tag) => set((now) => patch(now, current.name, values), tag)}
            rename={(to) => {
              form.current.step = to;
              set((now) => rename(now, current.name, to));
              setSelected(new Set([to]));
            }}
            remove={() => drop(new Set([current.name]))}
          />
        ) : (
          <About
            definition={definition}
            faults={faults.data ?? []}
            locked={locked}
            set={(values, tag) =>
              set((now) => ({ ...now, definition: { ...now.definition, ...values } }), tag)
            }
            select={(name) => setSelected(new Set([name]))}
          />
        )}
      </div>
      {clash !== null && (
        <Clash
          pipeline={pipeline.id}
          mine={write(definition)}
          began={base}
          close={() => setClash(null)}
          keep={(latest) => void save(latest)}
          take={() => {
            drafted.discard();
            setClash(null);
            void cache.invalidateQueries({ queryKey: ["pipeline"] }).then(() => location.reload());
          }}
        />
      )}
    </div>
  );
}

/** CodeMirror as a controlled field: languages, completion of names in double braces, marks on lines. */
import { autocompletion, type CompletionContext, closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { searchKeymap } from "@codemirror/search";
import { Annotation, EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder as placeholderOf,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

export const look = [
  EditorView.theme({
    "&": { backgroundColor: "var(--panel)", color: "var(--ink)", fontSize: "12px" },
    ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--ink)" },
    ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-3)", border: "0" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
    "&.cm-focused .cm-activeLine": { backgroundColor: "var(--sunken)" },
    ".cm-cursor": { borderLeftColor: "var(--ink)" },
    "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
      backgroundColor: "var(--accent-soft) !important",
    },
    ".cm-tooltip": {
      backgroundColor: "var(--panel)",
      border: "1px solid var(--line-strong)",
      color: "var(--ink)",
    },
    ".cm-tooltip-autocomplete ul li[aria-selected]": {
      backgroundColor: "var(--accent)",
      color: "var(--on-accent)",
    },
    ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)" },
    ".cm-changedText": { background: "var(--wait-soft) !important" },
    ".cm-deletedChunk, .cm-deletedLine": { backgroundColor: "var(--bad-soft) !important" },
    ".cm-insertedLine, .cm-changedLine": { backgroundColor: "var(--ok-soft) !important" },
    ".cm-collapsedLines": { background: "var(--sunken) !important", color: "var(--ink-2) !important" },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.keyword, tags.bool, tags.null], color: "var(--cached)" },
      { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
      { tag: [tags.number], color: "var(--wait)" },
      { tag: [tags.comment], color: "var(--ink-3)", fontStyle: "italic" },
      {
        tag: [tags.propertyName, tags.definition(tags.propertyName), tags.attributeName],
        color: "var(--run)",
      },
      { tag: [tags.function(tags.variableName), tags.className], color: "var(--accent-ink)" },
    ]),
  ),
];

/** Marks text that was put in from outside, which nobody typed. */
const given = Annotation.define<boolean>();

export const languages: Record<string, () => unknown> = { python, yaml, json };

/** Put text where the cursor of an editor is, as if it had been typed. */
export function insert(content: HTMLElement, text: string): void {
  const view = EditorView.findFromDOM(content);
  view?.dispatch({ ...view.state.replaceSelection(text), userEvent: "input" });
  view?.focus();
}

interface Props {
  label: string;
  language?: string;
  value: string;
  set: (value: string) => void;
  names?: string[];
  height?: string;
  disabled?: boolean;
  placeholder?: string;
  marks?: [number, string][];
}

export default function Editor({
  label,
  language = "text",
  value,
  set,
  names = [],
  height,
  disabled,
  placeholder,
  marks,
}: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ set, names });
  latest.current = { set, names };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the next effect hands a new value to the same editor.
  useEffect(() => {
    const complete = (context: CompletionContext) => {
      const word = context.matchBefore(/\{\{\s*[\w.-]*/);
      if (!word) return null;
      const from = word.from + /^\{\{\s*/.exec(word.text)![0].length;
      return {
        from,
        options: latest.current.names.map((name) => ({ label: name, apply: `${name} }}` })),
        validFor: /^[\w.-]*$/,
      };
    };
    const made = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          autocompletion({ override: [complete] }),
          keymap.of([
            ...defaultKeymap,
            ...historyKeymap,
            ...searchKeymap,
            ...(language === "text" ? [] : [indentWithTab]),
          ]),
          look,
          (languages[language]?.() as never) ?? [],
          EditorState.readOnly.of(Boolean(disabled)),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((each) => each.annotation(given)))
              latest.current.set(update.state.doc.toString());
          }),
          placeholder ? placeholderOf(placeholder) : [],
          EditorView.theme({
            "&": { height: height ?? "auto", maxHeight: height ?? "320px" },
            ".cm-scroller": { overflow: "auto" },
            ".cm-content, .cm-gutter": { minHeight: height ? "100%" : "54px" },
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [language, disabled, height, label, placeholder]);
  useEffect(() => {
    const made = view.current;
    if (made && made.state.doc.toString() !== value)
      made.dispatch({
        changes: { from: 0, to: made.state.doc.length, insert: value },
        annotations: given.of(true),
      });
  }, [value]);
  useEffect(() => {
    const made = view.current;
    if (!made) return;
    const diagnostics = (marks ?? []).map(([line, message]) => {
      const at = made.state.doc.line(Math.min(Math.max(line, 1), made.state.doc.lines));
      return { from: at.from, to: at.to, severity: "error" as const, message };
    });
    made.dispatch(setDiagnostics(made.state, diagnostics));
  }, [marks, value]);
  return <div ref={place} style={{ height }} />;
}

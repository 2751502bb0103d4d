/** CodeMirror's merge view, read only. */
import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { languages, look } from "./codemirror";

export default function Merge({ left, right, language }: { left: string; right: string; language: string }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        lineNumbers(),
        look,
        (languages[language]?.() as never) ?? [],
        EditorState.readOnly.of(true),
        EditorState.phrases.of({ "$ unchanged lines": t("diff.unchangedLines") }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label }),
      ],
    });
    const made = new MergeView({
      a: side(left, t("common.left")),
      b: side(right, t("common.right")),
      parent: place.current!,
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
    });
    return () => made.destroy();
  }, [left, right, language, t]);
  return <div ref={place} />;
}

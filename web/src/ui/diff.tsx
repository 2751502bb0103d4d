/** Two texts beside each other, what differs marked; the viewer is loaded when one is shown. */
import { lazy, Suspense } from "react";
import { patient } from "@/api/patient";
import css from "./ui.module.css";

const Merge = lazy(() => patient(() => import("./merge")));

export function Diff({ left, right, language = "yaml" }: { left: string; right: string; language?: string }) {
  return (
    <div className={`${css.editor} ${css.mah60vh} ${css.scrolls}`}>
      <Suspense
        fallback={
          <pre tabIndex={0} className={css.code}>
            {right}
          </pre>
        }
      >
        <Merge left={left} right={right} language={language} />
      </Suspense>
    </div>
  );
}

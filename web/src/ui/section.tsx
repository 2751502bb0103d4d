/** A part of a form that is folded until it is wanted; it never closes under the hands of whoever is in it. */
import { type ReactNode, useEffect, useState } from "react";
import css from "./ui.module.css";

export function Section({
  title,
  wanted,
  children,
}: {
  title: ReactNode;
  wanted: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(wanted);
  useEffect(() => {
    if (wanted) setOpen(true);
  }, [wanted]);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      <div className={`${css.stack} ${css.gap12} ${css.mt10}`}>{children}</div>
    </details>
  );
}

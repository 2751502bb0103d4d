/** A part of a form that is folded until it is wanted; it never closes under the hands of whoever is in it. */
import { type ReactNode, useEffect, useState } from "react";

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
      <div style={{ display: "grid", gap: 12, marginTop: 10, gridTemplateColumns: "minmax(0, 1fr)" }}>
        {children}
      </div>
    </details>
  );
}

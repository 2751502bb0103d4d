/** Keys that work everywhere: g and a letter goes, / searches, ? shows this list. Pages add their own. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { show } from "./open";

/** Whether a key was meant for a field and not for the page. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return (
    event.metaKey ||
    event.ctrlKey ||
    event.altKey ||
    target.isContentEditable ||
    /^(input|textarea|select)$/i.test(target.tagName) ||
    document.querySelector("[role=dialog]") !== null
  );
}

/** The field that was left without anything else being meant: it was taken away, switched off, or gave its focus back by itself. */
let left: Element | null = null;

const field = (place: EventTarget | null) =>
  place instanceof Element ? place.closest("input, textarea, select, [contenteditable=true]") : null;

/** Remember which field has the focus, until a press, Escape or the focus of something else says that a person is done with it. */
export function watchFields(): () => void {
  const focus = (event: Event) => {
    left = field(event.target);
  };
  const point = (event: Event) => {
    if (!field(event.target)) left = null;
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key === "Escape") left = null;
  };
  document.addEventListener("focusin", focus, true);
  document.addEventListener("pointerdown", point, true);
  document.addEventListener("keydown", escape, true);
  return () => {
    document.removeEventListener("focusin", focus, true);
    document.removeEventListener("pointerdown", point, true);
    document.removeEventListener("keydown", escape, true);
    left = null;
  };
}

/** Whether a letter is a shortcut of the page: not one that was meant for a field which has just lost the focus, and not while a form of the
 * page (marked data-unsaved) has input that is not saved. */
export function shortcut(event: KeyboardEvent): boolean {
  return !typing(event) && left === null && document.querySelector("[data-unsaved]") === null;
}

export function useKeys() {
  useEffect(watchFields, []);
  const go = useNavigate();
  const before = useRef("");
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return show("palette");
      }
      if (!shortcut(event)) return;
      const led = before.current === "g";
      before.current = event.key;
      if (led && event.key === "h") void go({ to: "/" });
      else if (led && event.key === "r") void go({ to: "/runs" });
      else if (led && event.key === "t") void go({ to: "/templates" });
      else if (led && event.key === "c") void go({ to: "/clusters" });
      else if (led && event.key === "p") void go({ to: "/pipelines" });
      else if (event.key === "?") show("keys");
      else if (event.key === "/") {
        event.preventDefault();
        const field = document.querySelector<HTMLInputElement>("main input[type=search]");
        if (field) field.focus();
        else show("palette");
      } else if (event.key === "j" || event.key === "k") {
        const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
        const now = rows.indexOf(document.activeElement as HTMLElement);
        rows[Math.min(Math.max(now + (event.key === "j" ? 1 : -1), 0), rows.length - 1)]?.focus();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [go]);
}

/** Short words about what was done, at the foot of the page. */
import { Notification } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { useReason } from "./page";
import css from "./ui.module.css";

interface Toast {
  id: number;
  text?: string;
  error?: unknown;
}

let toasts: Toast[] = [];
let count = 0;
const tellers = new Set<() => void>();

function put(next: Toast[]) {
  toasts = next;
  for (const tell of tellers) tell();
}

function add(toast: Omit<Toast, "id">, seconds: number) {
  const id = ++count;
  put([...toasts.slice(-3), { id, ...toast }]);
  setTimeout(() => put(toasts.filter((each) => each.id !== id)), seconds * 1000);
}

/** Say that something was done. */
export const say = (text: string) => add({ text }, 4);
/** Show why something was not done. */
export const complain = (error: unknown) => add({ error }, 12);

export function Toasts() {
  const shown = useSyncExternalStore(
    (tell) => {
      tellers.add(tell);
      return () => tellers.delete(tell);
    },
    () => toasts,
  );
  const reason = useReason();
  return (
    <div aria-live="polite" className={css.toasts}>
      {shown.map((toast) => {
        const close = () => put(toasts.filter((each) => each.id !== toast.id));
        if (toast.text)
          return (
            <Notification key={toast.id} onClose={close} withBorder color="teal">
              {toast.text}
            </Notification>
          );
        const { title, text, hint } = reason(toast.error);
        return (
          <Notification key={toast.id} onClose={close} withBorder color="red" title={title}>
            {text} {hint}
          </Notification>
        );
      })}
    </div>
  );
}

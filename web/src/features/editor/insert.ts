/** Puts text into a field of a form as if it had been typed there. */

/** The field that text is put into: the one that had the focus last, else the first that takes long text, else the first. */
export function target(form: HTMLElement, last: Element | null): HTMLElement | null {
  if (last instanceof HTMLElement && form.contains(last) && last.closest("[data-argument]")) return last;
  return (
    form.querySelector<HTMLElement>("[data-argument] .cm-content") ??
    form.querySelector<HTMLElement>("[data-argument] :is(input[type=text], textarea)")
  );
}

export async function insert(field: HTMLElement, text: string, whole: boolean): Promise<void> {
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    const end = field.value.length;
    field.setRangeText(
      text,
      whole ? 0 : (field.selectionStart ?? end),
      whole ? end : (field.selectionEnd ?? end),
      "end",
    );
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    return;
  }
  (await import("@/ui/codemirror")).insert(field, text);
}

/** Which key presses are shortcuts of the page, and which belong to a field. */

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
  const release = (event: KeyboardEvent) => {
    if (event.key === "Escape") left = null;
  };
  document.addEventListener("focusin", focus, true);
  document.addEventListener("pointerdown", point, true);
  document.addEventListener("keydown", release, true);
  return () => {
    document.removeEventListener("focusin", focus, true);
    document.removeEventListener("pointerdown", point, true);
    document.removeEventListener("keydown", release, true);
    left = null;
  };
}

/** Whether a letter is a shortcut of the page: not one that was meant for a field which has just lost the focus, and not while a form of the
 * page (marked data-unsaved) has input that is not saved. */
export function shortcut(event: KeyboardEvent): boolean {
  return !typing(event) && left === null && document.querySelector("[data-unsaved]") === null;
}

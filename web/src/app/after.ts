/** Where somebody wanted to go before they had to sign in: providers send browsers back to the first page. */

const KEY = "cube-after-sign-in";

export function remember(): void {
  const here = location.pathname + location.search;
  if (here !== "/") sessionStorage.setItem(KEY, here);
}

/** The way to go on, told once. */
export function recall(): string | null {
  const there = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return there && location.pathname === "/" ? there : null;
}

/** The tab that an address names, when there is such a tab now; else the first of those that one would open. Pure. */
export function tabOf<T extends string>(wanted: string | undefined, tabs: readonly T[], first: T): T {
  return tabs.find((tab) => tab === wanted) ?? first;
}

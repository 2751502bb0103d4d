/** Pages of lists, which are connections: `after` of the next page. */
interface Page {
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

export const nextPage = (page: Page | null | undefined): string | null =>
  page?.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;

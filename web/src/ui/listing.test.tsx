import { fireEvent, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { Lost } from "@/api/client";
import { answer, show } from "../../tests/render";
import { Listing } from "./listing";
import { SearchField } from "./scoped";

const query = {
  error: null as unknown,
  isPending: false,
  refetch: vi.fn(),
  hasNextPage: false,
  isFetchingNextPage: false,
  fetchNextPage: vi.fn(),
};

async function listing(change: Partial<typeof query>, filters: { search?: string } = {}, rows = false) {
  answer({ MyProjects: { projects: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } } });
  const set = vi.fn();
  await show(() => (
    <Listing
      title="Models"
      add={{ label: "New model", go: () => {} }}
      filters={filters}
      set={set}
      query={{ ...query, ...change }}
      none={{ title: "No models yet", text: "A model is what training leaves." }}
      unlike={{ title: "No models match these filters", all: "Show all" }}
    >
      {rows && (
        <table>
          <tbody>
            <tr>
              <td>wine</td>
            </tr>
          </tbody>
        </table>
      )}
    </Listing>
  ));
  return set;
}

describe("a list", () => {
  it("says what it would show when there is nothing", async () => {
    await listing({});
    expect(await screen.findByRole("heading", { name: "No models yet" })).toBeTruthy();
    expect(screen.getAllByRole("button", { name: "New model" })).toHaveLength(2);
  });
  it("says that filters leave nothing, and takes them away", async () => {
    const set = await listing({}, { search: "zz" });
    expect(await screen.findByRole("heading", { name: "No models match these filters" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Show all" }));
    expect(set).toHaveBeenCalledWith({ search: undefined });
  });
  it("shows its rows, and more of them", async () => {
    await listing({ hasNextPage: true }, {}, true);
    expect(await screen.findByRole("cell", { name: "wine" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    expect(query.fetchNextPage).toHaveBeenCalledOnce();
  });
  it("says why it is not there", async () => {
    await listing({ error: new Lost("x") });
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    expect(query.refetch).toHaveBeenCalledOnce();
  });
  it("is busy until it is there", async () => {
    await listing({ isPending: true });
    await screen.findByRole("region", { name: "Models" });
    expect(document.querySelector("[aria-busy=true]")).not.toBeNull();
  });
});

describe("a search in the address", () => {
  it("is written at each key and taken out when it is empty", async () => {
    const set = vi.fn();
    await show(() => <SearchField label="Name" set={set} />);
    const field = await screen.findByRole("searchbox", { name: "Name" });
    fireEvent.change(field, { target: { value: "wi" } });
    fireEvent.change(field, { target: { value: "" } });
    expect(set.mock.calls).toEqual([["wi"], [undefined]]);
  });
  it("is emptied when the address is, and keeps what is typed while the address lags", async () => {
    await show(() => {
      const [value, setValue] = useState<string | undefined>("wine");
      return (
        <>
          <SearchField label="Name" value={value} set={() => {}} />
          <button type="button" onClick={() => setValue(undefined)}>
            clear
          </button>
        </>
      );
    });
    const field = await screen.findByRole<HTMLInputElement>("searchbox", { name: "Name" });
    fireEvent.change(field, { target: { value: "wines" } });
    expect(field.value).toBe("wines");
    fireEvent.click(screen.getByRole("button", { name: "clear" }));
    await waitFor(() => expect(field.value).toBe(""));
  });
});

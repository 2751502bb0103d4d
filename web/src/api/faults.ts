/** Where in the input of an operation the server found something wrong. */
import { Refused } from "./client";

/** Whether a fault is at a path of the input, or below it. */
export const within = (found: string | null | undefined, at: string) =>
  found === at || Boolean(found?.startsWith(`${at}[`)) || Boolean(found?.startsWith(`${at}.`));

/** What the server found wrong at a path of the input. */
export const faultAt = (error: unknown) => (at: string) =>
  error instanceof Refused ? error.faults.find((each) => within(each.field, at))?.message : undefined;

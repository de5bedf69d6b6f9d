import type { Role } from "../../../../../src/contracts/caller.ts";
import type { CreateKey } from "../../../../../src/contracts/keys.ts";
import { LABELS_EXPECTED, readLabels } from "../labels-text.ts";

/** What was typed, as it was typed. */
export interface KeyDraft {
  readonly name: string;
  readonly owner: string;
  readonly role: Role;
  readonly requestsPerMinute: string;
  readonly concurrency: string;
  /** One a line: `team=retouch`. */
  readonly labels: string;
}

export type KeyFaults = Partial<Record<keyof KeyDraft, string>>;

const OWNER = /^[\w.@+-]{1,64}$/;
const MOST = { requestsPerMinute: 1_000_000, concurrency: 10_000 } as const;

/** The key that is asked for, or what is wrong with each field; the server checks it again. */
export function readDraft(draft: KeyDraft): { readonly key: CreateKey | null; readonly faults: KeyFaults } {
  const { name, owner, role } = draft;
  const limit = (field: keyof typeof MOST): number | null | undefined => {
    const text = draft[field].trim();
    if (text === "") return null;
    const value = Number(text);
    return Number.isInteger(value) && value >= 1 && value <= MOST[field] ? value : undefined;
  };
  const requestsPerMinute = limit("requestsPerMinute");
  const concurrency = limit("concurrency");
  const labels = readLabels(draft.labels);
  const faultOf = (field: keyof typeof MOST) =>
    `Expected a whole number from 1 to ${MOST[field].toLocaleString("en-US")}, or nothing.`;
  const faults: KeyFaults = {
    ...(OWNER.test(owner) ? {} : { owner: "Expected 1 to 64 letters, digits, or any of . _ @ + -" }),
    ...(name.length <= 100 ? {} : { name: "Expected at most 100 characters." }),
    ...(requestsPerMinute === undefined ? { requestsPerMinute: faultOf("requestsPerMinute") } : {}),
    ...(concurrency === undefined ? { concurrency: faultOf("concurrency") } : {}),
    ...(labels === undefined ? { labels: LABELS_EXPECTED } : {}),
  };
  const isGood = Object.keys(faults).length === 0;
  if (!isGood || requestsPerMinute === undefined || concurrency === undefined || labels === undefined) {
    return { key: null, faults };
  }
  const named = name.trim() === "" ? {} : { name: name.trim() };
  return { key: { ...named, owner, role, requestsPerMinute, concurrency, labels }, faults };
}

import { isJsonObject } from "./json.ts";

/** An address as it may be shown: without name, password, query and fragment, where secrets are. */
export function shownAddress(url: string): string {
  if (!URL.canParse(url)) return "";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** The fields of a task that hold an address. */
const ADDRESS_FIELDS: Readonly<Record<string, string>> = { upload: "endpoint", webhook: "url" };

/** A task's parameters as they may be shown. */
export function shownInput(taskType: string, input: unknown): unknown {
  const field = ADDRESS_FIELDS[taskType];
  if (field === undefined || !isJsonObject(input)) return input;
  const address = input[field];
  return typeof address === "string" ? { ...input, [field]: shownAddress(address) } : input;
}

const TABS = ["definition", "versions", "try"] as const;
export type WorkflowTab = (typeof TABS)[number];

/** What of a workflow's page is in its address. */
export interface WorkflowSearch {
  /** Default: the definition. */
  readonly tab?: WorkflowTab;
  /** The version that is looked at, and the one it is compared with: `versionWord` of its id. */
  readonly version?: string | number;
  readonly against?: string | number;
  /** The run that was started to try it. */
  readonly run?: string;
}

const VERSION = /^([1-9]\d{0,8}|[0-9a-f]{64})$/;
/** As it stands in an address: a text of digits would be put into quotes there, a number is not. */
export function versionWord(id: string): string | number {
  return /^\d{1,9}$/.test(id) ? Number(id) : id;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function readWorkflowSearch(search: Record<string, unknown>): WorkflowSearch {
  const textOf = (name: string) =>
    ["string", "number"].includes(typeof search[name]) ? String(search[name]) : "";
  const tab = TABS.find((one) => one === search["tab"]);
  const entries = [
    ["version", VERSION],
    ["against", VERSION],
    ["run", UUID],
  ] as const;
  return {
    ...(tab === undefined || tab === "definition" ? {} : { tab }),
    ...Object.fromEntries(
      entries.flatMap(([name, shape]) =>
        shape.test(textOf(name)) ? [[name, versionWord(textOf(name))]] : [],
      ),
    ),
  };
}

import type { FormTexts } from "../../components/workflow-form/form-fields.ts";

const SOURCES = ["upload", "folder", "urls"] as const;
export type SourceKind = (typeof SOURCES)[number];

/** What of the page is in its address: all but the pictures that are sent and the table. */
export interface NewBatchSearch {
  readonly workflow?: string;
  /** Default: upload. */
  readonly source?: SourceKind;
  /** The folder that is looked at, and taken. */
  readonly path?: string;
  readonly flat?: true;
  /** So many pictures only. */
  readonly sample?: number;
  /** What was typed into the form. */
  readonly inputs?: FormTexts;
}

/** What of it is to be otherwise; undefined takes it out. */
export type SearchChange = { readonly [Name in keyof NewBatchSearch]?: NewBatchSearch[Name] | undefined };

export function changeSearch(search: NewBatchSearch, change: SearchChange): NewBatchSearch {
  return readNewBatchSearch({ ...search, ...change });
}

export function readNewBatchSearch(search: Record<string, unknown>): NewBatchSearch {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const source = SOURCES.find((known) => known === search["source"]);
  const [workflow, path] = [text("workflow"), text("path")];
  const { sample } = search;
  const inputs = textsOf(search["inputs"]);
  return {
    ...(workflow === undefined ? {} : { workflow }),
    ...(source === undefined ? {} : { source }),
    ...(path === undefined ? {} : { path }),
    ...(search["flat"] === true ? { flat: true as const } : {}),
    ...(typeof sample === "number" && Number.isInteger(sample) && sample > 0 ? { sample } : {}),
    ...(inputs === null ? {} : { inputs }),
  };
}

function textsOf(value: unknown): FormTexts | null {
  if (typeof value !== "object" || value === null) return null;
  const texts = Object.entries(value).flatMap(([name, text]) =>
    ["string", "number", "boolean"].includes(typeof text) ? [[name, String(text)] as const] : [],
  );
  return texts.length === 0 ? null : Object.fromEntries(texts);
}

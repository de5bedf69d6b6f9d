import type { BatchWish } from "../../api/batch-actions.ts";
import type { FormValue } from "../../components/workflow-form/form-fields.ts";
import type { GivenMasks } from "./mask-field.tsx";
import type { NewBatchSearch } from "./new-batch-search.ts";
import type { UploadItem } from "./upload-store.ts";

/** Of one request. */
const MOST_PICTURES = 10_000;

/** A CSV that was chosen. */
export interface ChosenTable {
  readonly name: string;
  readonly text: string;
}

interface Plan {
  readonly search: NewBatchSearch;
  readonly workflow: string;
  readonly values: Readonly<Record<string, FormValue>>;
  readonly uploads: readonly UploadItem[];
  /** One in a line. */
  readonly urls: string;
  readonly table: ChosenTable | null;
  /** Of single pictures, by the name of the input. */
  readonly masks: Readonly<Record<string, GivenMasks>>;
}

/** The request that a page as it is filled in stands for, or what it still lacks. */
export function wishOf(plan: Plan): { readonly wish: BatchWish } | { readonly lacks: string } {
  const { search, workflow, values, table, masks } = plan;
  const source = sourceOf(plan);
  if ("lacks" in source && !(table !== null && listsPictures(table.text))) return source;
  return {
    wish: {
      workflow,
      ...("lacks" in source ? {} : source),
      ...(Object.keys(values).length === 0 ? {} : { inputs: values }),
      ...(table === null ? {} : { table: table.text }),
      ...(Object.keys(masks).length === 0 ? {} : { masks: masksOf(masks) }),
      ...(search.sample === undefined ? {} : { sample: search.sample }),
    },
  };
}

function masksOf(masks: Plan["masks"]): NonNullable<BatchWish["masks"]> {
  const entries = Object.entries(masks).map(([name, given]) => [
    name,
    typeof given === "string" ? given : [...given],
  ]);
  return Object.fromEntries(entries) as NonNullable<BatchWish["masks"]>;
}

type Source = Pick<BatchWish, "folder" | "recursive" | "urls" | "pictures"> | { readonly lacks: string };

function sourceOf({ search, uploads, urls }: Plan): Source {
  const { source = "upload", path, flat } = search;
  if (source === "folder") {
    if (path === undefined) return { lacks: "Choose a folder." };
    return { folder: path, ...(flat === true ? { recursive: false } : {}) };
  }
  if (source === "urls") {
    const lines = urls.split(/\s+/).filter((line) => line !== "");
    const wrong = lines.find((line) => !/^https?:\/\/[^/]/.test(line));
    if (wrong !== undefined)
      return { lacks: `“${wrong}” is no address that begins with http:// or https://.` };
    return lines.length === 0 ? { lacks: "Paste addresses of pictures, one in a line." } : { urls: lines };
  }
  const open = uploads.filter(({ state }) => state.kind === "waiting" || state.kind === "sending");
  if (open.length > 0)
    return { lacks: `${open.length} of ${uploads.length} pictures are still on their way.` };
  const pictures = uploads.flatMap(({ name, state }) =>
    state.kind === "stored" ? [{ image: state.image, file: name }] : [],
  );
  if (pictures.length > MOST_PICTURES) {
    return { lacks: `At most ${MOST_PICTURES} can be sent; more of them are a folder of the server.` };
  }
  return pictures.length === 0 ? { lacks: "Choose pictures, or drop a folder." } : { pictures };
}

/** Whether a table says by itself where the pictures are. */
export function listsPictures(table: string): boolean {
  return tableColumns(table).includes("url");
}

/** Names in the header of a CSV. */
export function tableColumns(table: string): readonly string[] {
  const [header = ""] = table.replace(/^\uFEFF/, "").split(/\r?\n/, 1);
  return header.split(/[,;]/).map((name) => name.trim().replace(/^"|"$/g, ""));
}

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { workflowsQuery } from "../../api/installation.ts";
import {
  type FormField,
  type FormTexts,
  formFields,
  readForm,
} from "../../components/workflow-form/form-fields.ts";
import { type ChosenTable, tableColumns, wishOf } from "./batch-wish.ts";
import type { GivenMasks } from "./mask-field.tsx";
import type { NewBatchSearch } from "./new-batch-search.ts";
import type { UploadItem } from "./upload-store.ts";

/** What is chosen besides what the address says. */
interface Chosen {
  readonly uploads: readonly UploadItem[];
  readonly urls: string;
  readonly table: ChosenTable | null;
}

export interface BatchForm {
  /** Undefined until the list is there. */
  readonly workflow: string | undefined;
  readonly fields: readonly FormField[];
  /** Masks of single pictures. */
  readonly maskFields: readonly FormField[];
  readonly texts: FormTexts;
  readonly plan: ReturnType<typeof wishOf>;
  setMasks(name: string, given: GivenMasks | null): void;
}

const FIRST_CHOICE = "face-detail";

/** The workflow that is chosen, the form that it makes, and the request that all of it comes to. */
export function useBatchForm(search: NewBatchSearch, chosen: Chosen): BatchForm {
  const { data } = useQuery(workflowsQuery);
  const names = data?.workflows.map(({ name }) => name) ?? [];
  const workflow = search.workflow ?? (names.includes(FIRST_CHOICE) ? FIRST_CHOICE : names[0]);
  const inputs = data?.workflows.find(({ name }) => name === workflow)?.inputs;
  const all = useMemo(() => formFields(inputs ?? {}), [inputs]);
  const [given, setGiven] = useState<Readonly<Record<string, GivenMasks>>>({});
  /* Masks of single pictures are files beside them; of addresses there is nothing beside. */
  const maskFields = search.source === "urls" ? [] : all.filter(({ kind }) => kind === "mask");
  const fields = all.filter((field) => !maskFields.includes(field));
  const masks = Object.fromEntries(
    Object.entries(given).filter(([name]) => maskFields.some((field) => field.name === name)),
  );
  const texts = search.inputs ?? {};
  const { values, faults } = readForm(fields, texts);
  const columns = chosen.table === null ? [] : tableColumns(chosen.table.text);
  const wrong = Object.entries(faults).find(([name]) => name in texts || !columns.includes(name));
  const lacking = maskFields.find(
    ({ name, preset }) => preset === undefined && !(name in masks) && !columns.includes(name),
  );
  const lacks =
    workflow === undefined
      ? "Choose a workflow."
      : wrong !== undefined
        ? `${wrong[0]}: ${wrong[1]}`
        : lacking !== undefined && `${lacking.name}: the workflow needs a mask for each picture.`;
  return {
    workflow,
    fields,
    maskFields,
    texts,
    plan:
      lacks !== false
        ? { lacks }
        : wishOf({ ...chosen, search, workflow: workflow ?? FIRST_CHOICE, values, masks }),
    setMasks: (name, next) =>
      setGiven(({ [name]: _before, ...others }) => (next === null ? others : { ...others, [name]: next })),
  };
}

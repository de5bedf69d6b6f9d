import type { RunDetail } from "../../../../../src/contracts/run.ts";
import { request } from "../../../api/request.ts";
import type { FormReading } from "../../../components/workflow-form/form-fields.ts";

interface Trial {
  /** A name, or a text as it stands in the editor. */
  readonly workflow: string;
  readonly picture: File;
  readonly values: FormReading["values"];
}

/** Begins a run of one picture; the answer is there before it has ended. */
export function startTrial({ workflow, picture, values }: Trial): Promise<RunDetail> {
  const form = new FormData();
  form.set("workflow", workflow);
  form.set("inputs", JSON.stringify(values));
  form.set("image", picture, picture.name);
  return request("/api/runs", { method: "POST", body: form });
}

import { taskSchemaDocument } from "../../contracts/wire/json-schemas.ts";
import { WIRE_TASKS, type WireTaskType } from "../../contracts/wire/tasks.ts";
import { MaskloomError } from "../../errors.ts";
import type { ApiAnswer, ApiRequest } from "../route.ts";

const EXTENSION = ".json";

/** The JSON Schema of a task of the wire, as `/schemas/imageMasking.json`. */
export function getTaskSchema({ params }: ApiRequest<{ file: string }>): ApiAnswer {
  const { file } = params;
  const taskType = file.slice(0, -EXTENSION.length);
  if (!file.endsWith(EXTENSION) || !isTaskType(taskType)) {
    const expected = Object.keys(WIRE_TASKS).map((name) => name + EXTENSION);
    const message = `/schemas/${file.slice(0, 100)}: expected one of ${expected.join(", ")}`;
    throw new MaskloomError("NOT_FOUND", message);
  }
  return { status: 200, headers: { "cache-control": "no-cache" }, body: taskSchemaDocument(taskType) };
}

const isTaskType = (name: string): name is WireTaskType => Object.hasOwn(WIRE_TASKS, name);

import type { WireError } from "../../contracts/wire/wire-error.ts";
import { ERRORS, type ErrorCode, type ErrorRecord } from "../../errors.ts";

interface Asked {
  readonly taskType: string;
  readonly taskUUID: string;
}

/**
 * What failed, in the words of the wire. The engine's own code is in `context`: the wire's says which category it is of.
 * @param parameter what of the request is at fault, where it is known
 */
export function toWireError({ code, message }: ErrorRecord, asked: Asked, parameter?: string): WireError {
  const known = isErrorCode(code);
  const field = parameter ?? (known ? parameterOf(code, asked.taskType) : undefined);
  return {
    code: known ? wireCode(code, field) : code,
    message: code === "INTERNAL" ? "Something unforeseen went wrong; the server's log has it." : message,
    ...(field === undefined ? {} : { parameter: field }),
    taskType: asked.taskType,
    taskUUID: asked.taskUUID,
    ...(known ? { context: { code } } : {}),
  };
}

/** Whether it was not foreseen, so that a log should have it. */
export const isOurFault = ({ code }: ErrorRecord): boolean => !isErrorCode(code) || code === "INTERNAL";

/** A fault of a picture names the field that the picture stood in. */
function wireCode(code: ErrorCode, field: string | undefined): string {
  const { wire } = ERRORS[code];
  const name = field?.split(".").at(-1) ?? "";
  if (code === "NOT_FOUND" && /Image$|^image$|^media$/.test(name)) return "mediaNotFound";
  if (!wire.endsWith("InputImage") || !/Image$|^image$|^media$/.test(name)) return wire;
  return `${wire.slice(0, -"InputImage".length)}${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;
}

const OF_PICTURE: ReadonlySet<ErrorCode> = new Set([
  "IMAGE_UNREADABLE",
  "IMAGE_UNSUPPORTED",
  "IMAGE_TOO_LARGE",
  "NOTHING_DETECTED",
]);

function parameterOf(code: ErrorCode, taskType: string): string | undefined {
  if (OF_PICTURE.has(code)) return taskType === "imageMasking" ? "inputImage" : "seedImage";
  if (code === "MASK_MISMATCH") return "maskImage";
  return code === "MODEL_UNKNOWN" || code === "MODEL_UNAVAILABLE" ? "model" : undefined;
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

import { MaskloomError } from "../../../errors.ts";
import { shorten } from "../http/http-failure.ts";
import { ExecutionFault, type HistoryEntry, Refusal } from "./comfyui-wire.ts";

/** Why it did not take a workflow, in one line: the nodes at fault, each with what is wrong with it. */
export function readRefusal(body: string): string {
  const { error, node_errors: nodes } = Refusal.safeParse(parsed(body)).data ?? {};
  if (error === undefined) return body.replaceAll(/<[^>]*>/g, " ");
  const whole = typeof error === "string" ? error : textOf(error);
  if (nodes === undefined || nodes === null || Array.isArray(nodes)) return whole;
  const faults = Object.entries(nodes).map(
    ([id, { class_type, errors }]) => `node ${id} (${class_type ?? "?"}): ${errors.map(textOf).join(", ")}`,
  );
  return [whole, ...faults].join("; ");
}

/**
 * What went wrong in a workflow that came to its end; null where nothing did.
 * @param who begins the message
 */
export function executionFailure({ status }: HistoryEntry, who: string): MaskloomError | null {
  if (status === undefined || status === null || status.status_str === "success") return null;
  for (const [name, facts] of status.messages) {
    if (name === "execution_interrupted") {
      return new MaskloomError("PROVIDER_FAILED", `${who}: somebody has interrupted it there`);
    }
    const fault = name === "execution_error" ? ExecutionFault.safeParse(facts).data : undefined;
    if (fault === undefined) continue;
    const { node_id, node_type, exception_type, exception_message } = fault;
    const said = shorten(`${exception_type.replace(/^.*\./, "")}: ${exception_message}`);
    return new MaskloomError("PROVIDER_FAILED", `${who}: node ${node_id} (${node_type}): ${said}`);
  }
  return new MaskloomError("PROVIDER_FAILED", `${who}: the workflow failed, and it does not say why`);
}

const textOf = ({ message, details }: { message: string; details?: string | null | undefined }): string =>
  details === undefined || details === null || details === "" || details === message
    ? message
    : `${message}: ${details}`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import type { ProviderSettings } from "../../../config/provider-settings.ts";
import { MaskloomError } from "../../../errors.ts";
import type { Channel, PeerTask } from "../../../protocol/client/channel.ts";
import type { PeerItem } from "../../../protocol/client/peer-frame.ts";
import { LostPictures, runTask } from "../../../protocol/client/run-task.ts";
import { createUploads, type UploadMemory } from "../../../protocol/client/uploads.ts";
import { waited } from "../../../protocol/client/waited.ts";
import type { RemoteCall } from "../../inpainter.ts";
import { keepingOpen } from "../sent-before.ts";
import type { Download } from "./answer-picture.ts";
import type { RequestForm } from "./runware-request.ts";

/** What the inpainters and detectors of one provider share: its connection and what it has of our pictures. */
export interface RunwarePeer {
  readonly who: string;
  readonly form: RequestForm;
  readonly download: Download;
  /**
   * How a picture is written into a task.
   * @throws PROVIDER_UNAVAILABLE where it is not taken in time; CALL_OPEN where the task was sent before; the signal's reason
   */
  refer(png: Uint8Array, call: RemoteCall, signal: AbortSignal): Promise<string>;
  /** @param pictures references that the task names */
  run(task: PeerTask, call: RemoteCall, signal: AbortSignal, pictures: readonly string[]): Promise<PeerItem>;
}

export function createRunwarePeer(
  { id, timeoutMs, remembersMs }: Pick<ProviderSettings, "id" | "timeoutMs" | "remembersMs">,
  channel: Channel,
  form: RequestForm,
  download: Download,
  memory?: UploadMemory,
): RunwarePeer {
  const who = `provider ${id}`;
  const uploads = createUploads(channel, who, memory);
  return {
    who,
    form,
    download,
    refer: (png, { owner, resumes }, signal) => {
      const fact = `${who}: imageUpload: no answer within ${timeoutMs / 1000} s`;
      const late = () => new MaskloomError("PROVIDER_UNAVAILABLE", fact);
      const refer = () => waited(uploads.refer(png, owner), signal, timeoutMs, late);
      return resumes ? keepingOpen(signal, refer) : refer();
    },
    async run(task, { resumes, ageMs = 0, onProgress }, signal, pictures) {
      try {
        return await runTask(
          channel,
          { task, resumes, ageMs, remembersMs, timeoutMs, signal, onProgress },
          who,
        );
      } catch (error) {
        if (!(error instanceof LostPictures)) throw error;
        /* Tried again, they are uploaded anew. */
        await uploads.forget(pictures).catch(() => undefined);
        throw new MaskloomError("PROVIDER_UNAVAILABLE", error.message, { cause: error });
      }
    },
  };
}

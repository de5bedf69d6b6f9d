import type { OwnerUUID } from "../../contracts/ids.ts";
import type { WireStorage, WireUpload } from "../../contracts/wire/tasks.ts";
import type { TaskContext } from "../../protocol/task-service.ts";

/** imageUpload and mediaStorage: pictures in under a UUID, and out again. */
export interface Uploads {
  /** The item that answers it, without taskType and taskUUID. Throws what is wrong with the picture. */
  perform(
    owner: OwnerUUID,
    task: WireUpload | WireStorage,
    context: TaskContext,
  ): Promise<Record<string, unknown>>;
}

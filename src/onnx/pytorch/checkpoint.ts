import type { MaskloomError } from "../../errors.ts";
import { unreadableModel } from "../unreadable-model.ts";
import { type Archive, readArchive } from "./archive.ts";
import { describeForeign } from "./foreign-format.ts";
import { messageOf } from "./message-of.ts";
import type { PickleStorage, PickleTensor, PickleValue } from "./pickle/pickle-value.ts";
import { readPickle } from "./pickle/read-pickle.ts";
import { STORAGE_TYPES } from "./storage-types.ts";
import { elementsOf, readTensor, spanOf } from "./tensor-reader.ts";

/** The pickle holds names and shapes only; the largest YOLO needs a fiftieth of this. */
const MAX_PICKLE_BYTES = 32 * 2 ** 20;
/** Numbers of all weights together, 1 GiB as singles; YOLOv8x has 68 million. */
const MAX_ELEMENTS = 2 ** 28;
const MAX_FACT = 500;

/** A PyTorch checkpoint: what was saved, as inert records, and the numbers of its tensors on demand. */
export interface Checkpoint {
  readonly root: PickleValue;
  /** Elements in row-major order, as singles. */
  read(tensor: PickleTensor): Float32Array;
}

/**
 * Opens a checkpoint as PyTorch has saved them since 1.6: a zip archive of a pickle and one file for each storage.
 * Nothing in it is run. Throws MODEL_UNREADABLE for everything else, and for what is damaged or hostile.
 */
export async function openCheckpoint(bytes: Uint8Array, name: string): Promise<Checkpoint> {
  const archive = await openArchive(bytes, name);
  const folder = folderOf(archive, name);
  const pickle = readPickle(pickleOf(archive, folder, name), (fact, position) =>
    unreadableModel(name, `data.pkl, byte ${position}: ${fact.slice(0, MAX_FACT)}`),
  );
  for (const storage of pickle.storages.values()) dataOf(archive, folder, storage, name);
  // Each weight is read once; records that share theirs a thousandfold are a bomb, and so are tensors that repeat one
  // number (strides of 0): these have more elements than they span.
  const most = Math.min(bytes.length, MAX_ELEMENTS);
  let budget = most;
  return {
    root: pickle.value,
    read(tensor) {
      budget -= Math.max(spanOf(tensor), elementsOf(tensor));
      if (budget < 0) {
        throw unreadableModel(
          name,
          `its tensors together hold more numbers than the file has bytes, or than a model has: expected ${most} at most`,
        );
      }
      return readTensor(tensor, dataOf(archive, folder, tensor.storage, name));
    },
  };
}

async function openArchive(bytes: Uint8Array, name: string): Promise<Archive> {
  try {
    return await readArchive(bytes);
  } catch (error) {
    const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
    const what = isZip
      ? `a zip archive that cannot be read: ${messageOf(error).slice(0, MAX_FACT)}; download it again`
      : describeForeign(bytes);
    throw notCheckpoint(name, what, error);
  }
}

/** Everything lies in one folder, which has the name that the file was saved under. */
function folderOf(archive: Archive, name: string): string {
  const folders = [...archive.keys()].flatMap((entry) => /^([^/]*)\/data\.pkl$/.exec(entry)?.[1] ?? []);
  const [folder, ...others] = folders;
  if (folder === undefined || others.length > 0) {
    throw notCheckpoint(name, `a zip archive with ${folders.length} data.pkl in it; choose another file`);
  }
  if (archive.has(`${folder}/constants.pkl`)) {
    throw notCheckpoint(
      name,
      "a TorchScript archive: a program, not a model's parts; take the .pt file it was exported from, or export to ONNX",
    );
  }
  return folder;
}

function pickleOf(archive: Archive, folder: string, name: string): Uint8Array {
  const order = archive.get(`${folder}/byteorder`);
  if (order !== undefined && new TextDecoder().decode(order.subarray(0, 16)) !== "little") {
    throw notCheckpoint(name, "one with numbers in big-endian order; save it on a common machine");
  }
  const pickle = archive.get(`${folder}/data.pkl`) ?? new Uint8Array();
  if (pickle.length <= MAX_PICKLE_BYTES) return pickle;
  throw unreadableModel(name, `data.pkl has ${pickle.length} bytes, expected ${MAX_PICKLE_BYTES} at most`);
}

function dataOf(archive: Archive, folder: string, storage: PickleStorage, name: string): Uint8Array {
  const type = Object.hasOwn(STORAGE_TYPES, storage.type) ? STORAGE_TYPES[storage.type] : undefined;
  if (type === undefined) throw unreadableModel(name, `numbers of type ${storage.type} are not supported`);
  const data = archive.get(`${folder}/data/${storage.key}`);
  const expected = type.bytes * storage.elements;
  if (data?.length === expected) return data;
  throw unreadableModel(
    name,
    `storage ${storage.key}: expected ${expected} bytes (${storage.type} of ${storage.elements}), got ${data?.length ?? "none"}`,
  );
}

function notCheckpoint(name: string, got: string, cause?: unknown): MaskloomError {
  return unreadableModel(name, `expected a checkpoint of PyTorch (.pt) or an ONNX file, got ${got}`, {
    cause,
  });
}

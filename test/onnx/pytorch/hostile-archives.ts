import { deflateRawSync } from "node:zlib";
import { smallCheckpoint } from "./checkpoint-file.ts";
import type { HostileFile } from "./hostile-file.ts";
import { pickle } from "./pickle-file.ts";
import { type ZipEntry, zipFile } from "./zip-file.ts";

const { none } = pickle;

const sound = (): ZipEntry => ({ name: "model/data.pkl", data: pickle.file(none) });

/** Archives that are no honest ones; more of them in archive.test.ts. */
export const ARCHIVES: readonly HostileFile[] = [
  {
    name: "half a file",
    make: () => smallCheckpoint().subarray(0, 900),
    says: /cannot be read.*download it again/,
  },
  {
    name: "a wrong checksum",
    make: () => zipFile([{ ...sound(), crc: 7 }]),
    says: /entry model\/data\.pkl is damaged/,
  },
  {
    name: "a zip bomb",
    make: () => zipFile([sound(), { name: "model/data/0", data: new Uint8Array(2 ** 26), deflate: true }]),
    says: /would unpack to more than 8 times/,
  },
  {
    name: "a zip bomb in a zip bomb",
    make: () => {
      const inner = deflateRawSync(new Uint8Array(2 ** 26));
      return zipFile([sound(), { name: "model/data/0", data: inner, method: 8, size: 2 ** 26 }]);
    },
    says: /would unpack to more than 8 times/,
  },
  {
    name: "a path that leads outside",
    make: () => zipFile([sound(), { name: "model/../../.bashrc", data: new Uint8Array(1) }]),
    says: /invalid relative path/,
  },
  {
    name: "an absolute path",
    make: () => zipFile([sound(), { name: "/etc/cron.d/x", data: new Uint8Array(1) }]),
    says: /absolute path/,
  },
  { name: "two pickles of one name", make: () => zipFile([sound(), sound()]), says: /there twice/ },
  {
    name: "two pickles in two folders",
    make: () => zipFile([sound(), { name: "other/data.pkl", data: pickle.file(none) }]),
    says: /a zip archive with 2 data\.pkl/,
  },
  {
    name: "big-endian numbers",
    make: () => zipFile([sound(), { name: "model/byteorder", data: Buffer.from("big") }]),
    says: /big-endian/,
  },
];

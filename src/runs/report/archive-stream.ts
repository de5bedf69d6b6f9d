import { PassThrough, Readable } from "node:stream";
import { ZipFile } from "yazl";

/** Puts a file into the archive; done when it has been read by whoever reads the archive. */
export type PutFile = (file: string, content: Uint8Array | AsyncIterable<string>) => Promise<void>;

/** Whether more compression does any good: pictures are compressed already. */
const COMPRESSED = /\.(png|jpe?g|webp)$/i;

/**
 * A zip that is written while it is read: one file is in memory at a time, and nothing is made that nobody reads. Beyond 4 GiB
 * it is a Zip64.
 * @param fill puts the files in, one after the other; what it throws breaks the stream off
 */
export function streamArchive(fill: (put: PutFile) => Promise<void>): Readable {
  const zip = new ZipFile();
  const output = new PassThrough();
  zip.outputStream.on("error", (error) => output.destroy(error));
  zip.outputStream.pipe(output);
  const put: PutFile = (file, given) =>
    new Promise((resolve, reject) => {
      if (output.destroyed) return reject(new Error("nobody reads the archive any more"));
      output.once("close", resolve);
      zip.addReadStreamLazy(file, { compress: !COMPRESSED.test(file) }, (open) => {
        const content = given instanceof Uint8Array ? Readable.from([given]) : Readable.from(given);
        content.once("error", reject);
        content.once("end", () => {
          output.removeListener("close", resolve);
          resolve();
        });
        open(null, content);
      });
    });
  fill(put).then(
    () => zip.end(),
    (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return output;
}

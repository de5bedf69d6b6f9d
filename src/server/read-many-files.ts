import type { Request, RequestHandler } from "express";
import multer, { type StorageEngine } from "multer";
import { MaskloomError } from "../errors.ts";
import type { Upload } from "../runs/batches/batch-source.ts";

/** Stores one file of a form of many. */
export type KeepUpload = (name: string, bytes: Uint8Array) => Promise<Upload>;

export interface ManyFiles {
  /** Name of the files' field. */
  readonly field: string;
  /** Bytes of one file. */
  readonly fileBytes: number;
  readonly fieldBytes: number;
  readonly fields: number;
  readonly keep: KeepUpload;
}

/** More pictures than one form should hold are a folder or a list. */
const MOST_FILES = 1_000;

/**
 * Parses a form of many files, one after the other: each is stored before the next is read, so that no more than two are
 * in memory at a time.
 * @param stored receives what was stored, in the order of the form
 */
export function manyFiles(
  { field, fileBytes, fieldBytes, fields, keep }: ManyFiles,
  stored: Upload[],
): RequestHandler {
  return multer({
    storage: oneByOne(keep, stored),
    defParamCharset: "utf8",
    limits: {
      fileSize: fileBytes,
      files: MOST_FILES,
      fields,
      fieldSize: fieldBytes,
      fieldNameSize: 100,
      fieldNestingDepth: 0,
      parts: MOST_FILES + fields,
    },
  }).array(field, MOST_FILES);
}

function oneByOne(keep: KeepUpload, stored: Upload[]): StorageEngine {
  let before: Promise<void> = Promise.resolve();
  const take = async (file: Express.Multer.File): Promise<void> => {
    await before; // the stream waits, and the form with it
    const chunks: Buffer[] = [];
    for await (const chunk of file.stream as AsyncIterable<Buffer>) chunks.push(chunk);
    if (isTruncated(file.stream)) return; // multer says so by itself
    stored.push(await keep(file.originalname, Buffer.concat(chunks)));
  };
  return {
    _handleFile(_request: Request, file, done) {
      before = take(file);
      before.then(
        () => done(null, {}),
        (error: unknown) =>
          done(error instanceof Error ? error : new MaskloomError("INTERNAL", String(error))),
      );
    },
    _removeFile(_request, _file, done) {
      done(null); // what was stored is forgotten like every picture that nothing uses
    },
  };
}

/** Beyond its limit busboy ends the stream early. */
const isTruncated = (stream: object): boolean => "truncated" in stream && stream.truncated === true;

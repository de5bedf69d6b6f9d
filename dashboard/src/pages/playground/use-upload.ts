import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type DetectFields, detectQuery, uploadAndDetect } from "../../api/detect.ts";

interface Upload {
  readonly name: string;
  /** Of the browser, so that the picture is seen before it has gone anywhere. */
  readonly url: string;
  readonly error: unknown;
}

/** Addresses of pictures that the browser has already, by the UUIDs that they got. */
const previews = new Map<string, string>();

/** Where a picture is shown from. */
export function pictureUrl(image: string): string {
  return previews.get(image) ?? `/api/artifacts/${image}`;
}

/** Brings pictures to the server, each with its first finds; one that comes later ends the one before. */
export function useUpload(onStored: (image: string) => void) {
  const client = useQueryClient();
  const [upload, setUpload] = useState<Upload | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (file: File, fields: DetectFields) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const url = URL.createObjectURL(file);
    setUpload({ name: file.name, url, error: null });
    try {
      const answer = await uploadAndDetect(file, fields, controller.signal);
      if (controller.signal.aborted) return;
      previews.set(answer.image, url);
      client.setQueryData(detectQuery(answer.image, fields).queryKey, answer);
      onStored(answer.image);
      setUpload(null);
    } catch (error) {
      if (!controller.signal.aborted) setUpload({ name: file.name, url, error });
    }
  };
  return { upload, start };
}

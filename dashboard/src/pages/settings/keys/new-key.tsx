import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { queryKeys } from "../../../api/query-keys.ts";
import { createKey } from "../../../api/settings.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import form from "../form.module.css";
import { type KeyDraft, readDraft } from "./key-draft.ts";
import { KeyForm } from "./key-form.tsx";
import { MadeKey } from "./made-key.tsx";

const EMPTY: KeyDraft = {
  name: "",
  owner: "local",
  role: "operator",
  requestsPerMinute: "",
  concurrency: "",
  labels: "",
};

/** Asks what the key is for, and shows it once. */
export function NewKey() {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [draft, setDraft] = useState(EMPTY);
  const read = readDraft(draft);
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: createKey,
    onSuccess: () =>
      Promise.all(
        [queryKeys.keys, queryKeys.audits].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
  const close = () => {
    setOpen(false);
    setDraft(EMPTY);
    reset();
  };
  const create = () => {
    if (read.key !== null) mutate(read.key);
  };
  return (
    <>
      <Button look="primary" icon={Plus} onClick={() => setOpen(true)}>
        New key
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={close}
        title={data === undefined ? "New key" : `The key ${data.view.name}`}
        actions={
          data === undefined ? (
            <>
              <Button onClick={close}>Cancel</Button>
              <Button look="primary" disabled={isPending || read.key === null} onClick={create}>
                Make it
              </Button>
            </>
          ) : (
            <Button look="primary" onClick={close}>
              I have copied it
            </Button>
          )
        }
      >
        {data === undefined ? (
          <KeyForm draft={draft} faults={read.faults} onChange={setDraft} onSubmit={create} />
        ) : (
          <MadeKey made={data} />
        )}
        {error !== null && (
          <p className={form["failure"]} role="alert">
            {error.message}
          </p>
        )}
      </Dialog>
    </>
  );
}

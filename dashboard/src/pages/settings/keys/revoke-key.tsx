import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban } from "lucide-react";
import { useState } from "react";
import type { KeyList, KeyView } from "../../../../../src/contracts/keys.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { revokeKey } from "../../../api/settings.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { showToast } from "../../../components/toast-store.ts";

interface RevokeKeyProps {
  readonly view: KeyView;
  /** Whether it is the one that this page was signed in with. */
  readonly isOwn: boolean;
}

/** It cannot be taken back, so it is asked for twice. */
export function RevokeKey({ view: { id, name, owner }, isOwn }: RevokeKeyProps) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const setRevoked = (revokedAt: string | null) =>
    client.setQueryData<KeyList>(
      queryKeys.keys,
      (list) => list && { keys: list.keys.map((key) => (key.id === id ? { ...key, revokedAt } : key)) },
    );
  const { mutate } = useMutation({
    mutationKey: queryKeys.keys,
    mutationFn: () => revokeKey(id),
    onMutate: async () => {
      setAsking(false);
      await client.cancelQueries({ queryKey: queryKeys.keys });
      setRevoked(new Date().toISOString());
    },
    onSuccess: () =>
      showToast({ tone: "good", text: `The key ${name} is revoked: nobody gets in with it any more.` }),
    onError: (error) => {
      setRevoked(null);
      showToast({
        tone: "bad",
        text: `The key ${name} could not be revoked, it is in use: ${error.message}`,
      });
    },
    onSettled: () =>
      Promise.all(
        [queryKeys.keys, queryKeys.audits].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
  return (
    <>
      <Button icon={Ban} onClick={() => setAsking(true)} aria-label={`Revoke ${name}`}>
        Revoke
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Revoke ${name}?`}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            <Button look="danger" icon={Ban} onClick={() => mutate()}>
              Revoke
            </Button>
          </>
        }
      >
        <p>
          Whoever uses this key of {owner} is let in no more, at once and on open connections too. It cannot
          be undone; what was made with it stays.
        </p>
        {isOwn && <p>It is the key you signed in with: this page will ask you for another one.</p>}
      </Dialog>
    </>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import type { ProviderList } from "../../../../src/contracts/provider-list.ts";
import { testProvider } from "../../api/providers.ts";
import { queryKeys } from "../../api/query-keys.ts";
import { Button } from "../../components/button.tsx";
import { formatDuration } from "../../components/format-time.ts";
import { showToast } from "../../components/toast-store.ts";

/** Asks a provider whether it is there and takes the key. What it says is shown where it stands. */
export function TestButton({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => testProvider(id),
    onSuccess: (test) => {
      client.setQueryData<ProviderList>(
        queryKeys.providers,
        (list) =>
          list && {
            ...list,
            providers: list.providers.map((one) =>
              one.id === id ? { ...one, health: { ...one.health, test } } : one,
            ),
          },
      );
      const { error, milliseconds } = test;
      if (error !== null) return showToast({ tone: "bad", text: error.message });
      showToast({ tone: "good", text: `${id} answered within ${formatDuration(milliseconds ?? 0)}.` });
    },
    onError: (error) => showToast({ tone: "bad", text: `${id} could not be tested: ${error.message}` }),
  });
  return (
    <Button icon={Activity} disabled={isPending} onClick={() => mutate()} aria-label={`Test ${id}`}>
      {isPending ? "Testing …" : "Test"}
    </Button>
  );
}

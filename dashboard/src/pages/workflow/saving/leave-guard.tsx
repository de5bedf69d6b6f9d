import { useBlocker } from "@tanstack/react-router";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";

interface LeaveGuardProps {
  readonly name: string;
  readonly isChanged: boolean;
}

/** Asks before what was typed is lost. Tabs of the same workflow keep it, so going between them asks nothing. */
export function LeaveGuard({ name, isChanged }: LeaveGuardProps) {
  const { proceed, reset, status } = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged && current.pathname !== next.pathname,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  return (
    <Dialog
      isOpen={status === "blocked"}
      onClose={() => reset?.()}
      title={`Leave ${name} without saving?`}
      actions={
        <>
          <Button onClick={() => reset?.()}>Stay</Button>
          <Button look="danger" onClick={() => proceed?.()}>
            Leave
          </Button>
        </>
      }
    >
      <p>What you changed in the text is lost then.</p>
    </Dialog>
  );
}

import { Check, Copy } from "lucide-react";
import { Button } from "../../../components/button.tsx";
import { Menu } from "../../../components/menu.tsx";
import { useCopy } from "../../../components/use-copy.ts";

interface CopyMenuProps {
  readonly items: readonly (readonly [label: string, text: string])[];
}

export function CopyMenu({ items }: CopyMenuProps) {
  const { copied, copy } = useCopy();
  const trigger = (
    <Button icon={copied ? Check : Copy} disabled={items.length === 0}>
      {copied ? "Copied" : "Copy"}
    </Button>
  );
  return (
    <Menu trigger={trigger} items={items.map(([label, text]) => ({ label, onSelect: () => copy(text) }))} />
  );
}

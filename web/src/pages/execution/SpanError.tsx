import { itemOf } from "@/editor/run/itemOf";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";

interface SpanErrorProps {
  /** As an attempt has it: an object; of a request it is a text. */
  error: unknown;
  onItem: (index: number) => void;
}

/** Why it failed, and at which item. */
export function SpanError({ error, onItem }: SpanErrorProps) {
  const { code, message, hint } = (typeof error === "string" ? { message: error } : error) as {
    code?: string;
    message?: string;
    hint?: string;
  };
  const item = itemOf(error);
  return (
    <div className="p-3">
      <Notice tone="danger" title={code ?? "It failed"}>
        <p className="whitespace-pre-wrap">{message}</p>
        {hint ? <p className="mt-1 whitespace-pre-wrap text-muted">{hint}</p> : null}
        {item === undefined ? null : (
          <Button className="mt-2" onPress={() => onItem(item)}>
            Look at item {item} of the input
          </Button>
        )}
      </Notice>
    </div>
  );
}

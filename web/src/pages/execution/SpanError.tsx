import { itemOf } from "@/editor/run/itemOf";
import { Button } from "@/ui/Button";
import { ErrorBox, type StoredError } from "@/ui/ErrorBox";

interface SpanErrorProps {
  node: string;
  /** As an attempt has it: an object; of a request it is a text. */
  error: unknown;
  onItem: (index: number) => void;
}

/** Why it failed, and at which item. */
export function SpanError({ node, error, onItem }: SpanErrorProps) {
  const stored = (typeof error === "string" ? { message: error } : error) as StoredError;
  const item = itemOf(error);
  return (
    <div className="p-3">
      <ErrorBox title={stored.code ?? "It failed"} error={{ ...stored, node }}>
        {item === undefined ? null : (
          <Button onPress={() => onItem(item)}>Look at item {item} of the input</Button>
        )}
      </ErrorBox>
    </div>
  );
}

import { Button } from "@/ui/Button";

interface MoreSpansProps {
  shown: number;
  total: number;
  isLoading: boolean;
  onMore: () => void;
}

/** Says that not all attempts and requests of an execution are listed, and lists more. */
export function MoreSpans({ shown, total, isLoading, onMore }: MoreSpansProps) {
  if (total <= shown) return null;
  return (
    <p className="flex items-center gap-3 p-2 text-xs text-muted">
      {`The first ${shown} of ${total} attempts and requests are looked at.`}
      <Button isDisabled={isLoading} onPress={onMore}>
        Look at 1000 more
      </Button>
    </p>
  );
}

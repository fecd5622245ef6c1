import { clsx } from "clsx";
import type { ReactNode } from "react";
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
} from "react-aria-components";

/** The look of everything that one types into. */
export const INPUT =
  "w-full rounded-control border border-line-strong bg-bg px-2 py-1 text-sm text-text placeholder:text-muted data-invalid:border-danger data-disabled:opacity-50";

export const LABEL = "text-xs font-semibold text-text";

interface TextFieldProps extends Omit<AriaTextFieldProps, "className" | "children" | "style"> {
  label: string;
  /** Only read aloud: the place says what it is. */
  hideLabel?: boolean;
  help?: ReactNode;
  error?: string | null | undefined;
  placeholder?: string | undefined;
  /** More than one line. */
  rows?: number;
  mono?: boolean;
  className?: string;
}

/** A field for text, with its label, help and error. */
export function TextField({
  label,
  hideLabel = false,
  help,
  error,
  placeholder,
  rows,
  mono,
  className,
  ...rest
}: TextFieldProps) {
  const look = clsx(INPUT, mono && "font-mono text-xs");
  return (
    <AriaTextField
      {...rest}
      {...(hideLabel ? { "aria-label": label } : {})}
      isInvalid={Boolean(error)}
      className={clsx("flex flex-col gap-1", className)}
    >
      {hideLabel ? null : <Label className={LABEL}>{label}</Label>}
      {rows ? (
        <TextArea rows={rows} placeholder={placeholder} className={look} />
      ) : (
        <Input placeholder={placeholder} className={look} />
      )}
      {help ? (
        <Text slot="description" className="text-xs text-muted">
          {help}
        </Text>
      ) : null}
      <FieldError className="text-xs text-danger">{error}</FieldError>
    </AriaTextField>
  );
}

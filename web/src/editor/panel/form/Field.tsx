import { clsx } from "clsx";
import { lazy, Suspense, useId, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { persistently } from "@/ui/persistently";
import { Skeleton } from "@/ui/Skeleton";
import { Tooltip } from "@/ui/Tooltip";
import { ExpressionDrop } from "../expression/ExpressionDrop";
import { type FieldProps, useForm } from "./FormContext";
import { PlainField } from "./PlainField";
import { type FieldSpec, isExpression } from "./schema";

const ExpressionField = lazy(
  persistently(() =>
    import("../expression/ExpressionField").then((module) => ({ default: module.ExpressionField })),
  ),
);

/** Parameters whose editor takes expressions in its parts, and never stands for one as a whole. */
const COMPOSED = new Set(["list", "object", "texts", "key_value", "code"]);

/** One parameter: its label, its editor or its expression, its help and what is wrong with it. */
export function Field({ field, path, value, onChange }: FieldProps & { field: FieldSpec }) {
  const { problemAt, isReadOnly } = useForm();
  const [wantsExpression, setWanted] = useState(false);
  const id = useId();
  const problem = problemAt(path);
  const canExpress = field.takesExpressions && !COMPOSED.has(field.kind);
  // What is no text can't be an expression: undo has brought a plain value back.
  const isText = value === undefined || typeof value === "string";
  const isExpressed = canExpress && ((wantsExpression && isText) || isExpression(value));
  const toggle = () => {
    if (isExpressed && isExpression(value)) onChange(undefined);
    else if (!isExpressed) onChange(value === undefined ? undefined : asExpression(value));
    setWanted(!isExpressed);
  };
  return (
    <div className="flex flex-col gap-1" data-field={path}>
      <div className="flex min-h-6 items-center justify-between gap-2">
        <label htmlFor={id} id={`${id}-label`} className="text-xs font-semibold">
          {field.label}
          {field.isRequired ? (
            <span className="text-danger" title="required">
              {" *"}
              <span className="sr-only">required</span>
            </span>
          ) : null}
        </label>
        {canExpress && !isReadOnly ? (
          <ExpressionToggle label={field.label} isOn={isExpressed} onToggle={toggle} />
        ) : null}
      </div>
      {isExpressed ? (
        <Suspense fallback={<Skeleton lines={1} />}>
          <ExpressionField
            label={field.label}
            extraRoots={field.hints.roots ?? []}
            value={typeof value === "string" ? value : ""}
            onChange={(text) => {
              // Who empties an expression goes on writing one.
              setWanted(true);
              onChange(text);
            }}
            startsFocused={wantsExpression}
          />
        </Suspense>
      ) : (
        <ExpressionDrop
          isActive={canExpress && !isReadOnly}
          onDrop={(expression) => onChange(expression)}
        >
          <PlainField
            id={id}
            field={field}
            path={path}
            value={value}
            onChange={onChange}
            onExpression={canExpress ? () => setWanted(true) : undefined}
          />
        </ExpressionDrop>
      )}
      {field.help ? <p className="text-xs text-muted">{field.help}</p> : null}
      {problem ? (
        <p role="alert" className="text-xs text-danger">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

/** A plain value as the expression that gives it, where there is an obvious one. */
function asExpression(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return `{{ ${value} }}`;
  if (typeof value === "boolean") return `{{ ${value ? "True" : "False"} }}`;
  return undefined;
}

interface ExpressionToggleProps {
  label: string;
  isOn: boolean;
  onToggle: () => void;
}

function ExpressionToggle({ label, isOn, onToggle }: ExpressionToggleProps) {
  return (
    <Tooltip text={isOn ? "Use a fixed value" : "Use an expression"} shortcut={isOn ? "" : "="}>
      <AriaButton
        aria-label={`Expression for ${label}`}
        aria-pressed={isOn}
        onPress={onToggle}
        className={clsx(
          "size-6 rounded-control font-mono text-xs italic",
          isOn ? "bg-accent-soft text-accent" : "text-muted hover:bg-hover",
        )}
      >
        ƒ
      </AriaButton>
    </Tooltip>
  );
}

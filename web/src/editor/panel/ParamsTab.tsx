import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "@/app/useAccount";
import { type PlacedNode, setCredential, setParam, useWorkflow, workflow } from "@/editor/document";
import { Notice } from "@/ui/Notice";
import { onDemand } from "@/ui/onDemand";
import { CredentialPicker } from "./credential/CredentialPicker";
import { FormContext, type FormSurroundings, type Sample } from "./form/FormContext";
import { ParamForm } from "./form/ParamForm";
import { fieldsOf, type JsonObject } from "./form/schema";
import { languageQuery, type NodeTypeDetails, paramsProblemsQuery } from "./queries";

const TriggerAddress = onDemand(() =>
  import("@/editor/run/TriggerAddress").then((module) => module.TriggerAddress),
);
/** What is called by HTTP. */
const CALLED = new Set(["trigger.webhook", "trigger.form"]);

interface ParamsTabProps {
  id: string;
  node: PlacedNode;
  type: NodeTypeDetails;
  sample: Sample;
}

/** The parameters of a node as a form made from the schema of its type. */
export function ParamsTab({ id, node, type, sample }: ParamsTabProps) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const mayPreview = useMay("workflows:write");
  const language = useQuery(languageQuery);
  const params = (node.params ?? {}) as JsonObject;
  const problems = useQuery({
    ...paramsProblemsQuery(node.type, params),
    placeholderData: keepPreviousData,
  });
  const fields = useMemo(() => fieldsOf(type.params), [type.params]);
  const found = problems.data?.problems ?? [];
  const surroundings: FormSurroundings = {
    sample,
    functions: language.data?.functions ?? [],
    problemAt: (path) => found.find((problem) => problem.parameter === path)?.message,
    isReadOnly,
    mayPreview,
    language: codeLanguage(node.type),
  };
  return (
    <FormContext value={surroundings}>
      <div className="flex flex-col gap-3 p-3">
        {CALLED.has(node.type) ? <TriggerAddress node={node} /> : null}
        {mayUseCredential(type, node) ? (
          <CredentialPicker
            value={node.credential}
            isReadOnly={isReadOnly}
            onChange={(name) =>
              workflow().change(name ? `Use ${name}` : "Use no credential", setCredential(id, name))
            }
          />
        ) : null}
        {fields.length === 0 ? (
          <p className="text-sm text-muted">This node has no parameters.</p>
        ) : null}
        <ParamForm
          fields={fields}
          params={params}
          onChange={(name, value) =>
            workflow().change(`Set ${name} of ${id}`, setParam(id, [name], value), {
              merge: `param:${id}:${name}`,
            })
          }
        />
        {found
          .filter((problem) => !fields.some((field) => isAt(field.name, problem.parameter ?? "")))
          .map((problem) => (
            <Notice key={problem.message} tone="danger">
              {problem.message}
            </Notice>
          ))}
      </div>
    </FormContext>
  );
}

/** Whether a problem is of a parameter or in it; places are dotted paths: `keys.0.field`. */
function isAt(name: string, place: string): boolean {
  return place === name || place.startsWith(`${name}.`);
}

function codeLanguage(type: string): FormSurroundings["language"] {
  if (type.startsWith("sql.")) return "sql";
  return type === "code.javascript" ? "javascript" : "python";
}

/** Nodes that only compute have nothing to sign; any other may. */
function mayUseCredential(type: NodeTypeDetails, node: PlacedNode): boolean {
  return type.effects !== "none" || type.is_trigger || node.credential !== undefined;
}

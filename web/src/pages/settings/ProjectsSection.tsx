import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components";
import { api, ask, type Schemas } from "@/api/client";
import { takenName, textOf } from "@/api/problem";
import { useMay } from "@/app/useAccount";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { toast } from "@/ui/toast";
import { Panel } from "./Panel";

type Project = Schemas["Project"];
type MemberRole = Schemas["MemberWanted"]["role"];

const ROLES = [
  { id: "viewer", label: "viewer" },
  { id: "operator", label: "operator" },
  { id: "editor", label: "editor" },
  { id: "none", label: "no member" },
];

/** Projects: which people reach which workflows, credentials and variables. */
export function ProjectsSection() {
  const mayManage = useMay("users:manage");
  const projects = useQuery({
    queryKey: ["projects"],
    queryFn: () => ask(api.GET("/api/v1/projects")),
  });
  return (
    <>
      {mayManage ? <NewProject /> : null}
      {projects.isError ? (
        <ErrorNotice title="The projects could not be loaded" error={projects.error} />
      ) : null}
      {projects.data?.map((project) => (
        <ProjectPanel key={project.id} project={project} mayManage={mayManage} />
      ))}
    </>
  );
}

function NewProject() {
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/projects", { body: { name: name.trim() } })),
    onSuccess: async () => {
      setName("");
      await queryClient.invalidateQueries({ queryKey: ["projects"] });
    },
  });
  const taken = takenName(make.error);
  const rename = (text: string) => {
    setName(text);
    make.reset();
  };
  return (
    <Panel
      title="New project"
      about="Its workflows use the credentials and variables of their own project only."
    >
      <Form
        className="flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <TextField label="Name" value={name} onChange={rename} error={taken} className="w-72" />
        <Button type="submit" className="mt-5" isDisabled={!name.trim() || make.isPending}>
          Make it
        </Button>
      </Form>
      {make.isError && !taken ? <ErrorNotice title="It was not made" error={make.error} /> : null}
    </Panel>
  );
}

function ProjectPanel({ project, mayManage }: { project: Project; mayManage: boolean }) {
  const queryClient = useQueryClient();
  const path = { project_id: project.id };
  const members = useQuery({
    queryKey: ["projects", project.id, "members"],
    queryFn: () => ask(api.GET("/api/v1/projects/{project_id}/members", { params: { path } })),
    enabled: mayManage,
  });
  const users = useQuery({
    queryKey: ["users"],
    queryFn: () => ask(api.GET("/api/v1/users")),
    enabled: mayManage,
  });
  const { mutate: attempt } = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onError: (error) => toast("error", textOf(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["projects"] }),
  });
  const setRole = (user_id: string, role: string) => {
    const route = "/api/v1/projects/{project_id}/members/{user_id}";
    const params = { path: { ...path, user_id } };
    if (role === "none") attempt(() => ask(api.DELETE(route, { params })));
    else attempt(() => ask(api.PUT(route, { params, body: { role: role as MemberRole } })));
  };
  const roles = new Map(members.data?.map((member) => [member.user_id, member.role]));
  const people = users.data?.filter((user) => user.role !== "owner" && user.role !== "admin") ?? [];
  return (
    <Panel
      title={project.name}
      actions={
        mayManage ? (
          <Button
            look="quiet"
            onPress={() =>
              attempt(() => ask(api.DELETE("/api/v1/projects/{project_id}", { params: { path } })))
            }
          >
            Delete if empty
          </Button>
        ) : null
      }
    >
      {people.length === 0 ? (
        <p className="text-xs text-muted">
          Owners and admins reach every project; nobody else is here.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {people.map((user) => (
            <li key={user.id} className="flex min-h-10 items-center gap-3">
              <span className="mr-auto">{user.name || user.email}</span>
              <Select
                label={`Role of ${user.email} in ${project.name}`}
                hideLabel
                choices={ROLES}
                value={roles.get(user.id) ?? "none"}
                onChange={(role) => setRole(user.id, role)}
                className="w-36"
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

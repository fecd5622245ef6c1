/** Workflows to begin with. All run at once, without a credential and without the network. */

export interface Template {
  id: string;
  name: string;
  summary: string;
  document: Record<string, unknown>;
}

const start = { type: "trigger.manual", label: "When you press Run" };

export const BLANK: Template = {
  id: "blank",
  name: "Untitled workflow",
  summary: "One trigger, and all the rest is yours.",
  document: { tidegate: 1, nodes: { start }, edges: [], layout: { start: [0, 0] } },
};

export const TEMPLATES: readonly Template[] = [
  {
    id: "regions",
    name: "Sales by region",
    summary: "Make 1,000 orders, keep the large ones, and add them up by region.",
    document: {
      tidegate: 1,
      description: "Works on generated data alone: press Run and look at what each node gives.",
      nodes: {
        start,
        orders: {
          type: "data.generate",
          label: "1,000 orders",
          params: {
            count: 1000,
            fields: {
              id: "{{ index }}",
              region: "{{ ['north', 'east', 'south', 'west'][index % 4] }}",
              amount: "{{ (index * 37) % 500 }}",
            },
          },
        },
        large: {
          type: "flow.if",
          label: "Large enough?",
          params: { condition: "{{ json.amount >= 50 }}" },
        },
        by_region: {
          type: "data.summarize",
          label: "By region",
          params: {
            group_by: ["region"],
            values: [
              { operation: "count", into: "orders" },
              { operation: "sum", field: "amount", into: "total" },
            ],
          },
        },
        small: {
          type: "data.summarize",
          label: "Small orders",
          params: { values: [{ operation: "count", into: "small_orders" }] },
        },
      },
      edges: [
        "start -> orders",
        "orders -> large",
        "large.true -> by_region",
        "large.false -> small",
      ],
      layout: {
        start: [0, 80],
        orders: [260, 80],
        large: [520, 80],
        by_region: [800, 0],
        small: [800, 160],
      },
    },
  },
  {
    id: "cleaning",
    name: "Clean a list of people",
    summary: "Trim names, drop who is there twice, and sort what is left.",
    document: {
      tidegate: 1,
      description: "Typical work on a list: change fields, remove duplicates, sort.",
      nodes: {
        start,
        people: {
          type: "data.generate",
          label: "A messy list",
          params: {
            count: 8,
            fields: {
              name: "{{ ['  Ada ', 'Grace', 'ada', 'Edsger ', 'grace', 'Barbara', ' Alan', 'Barbara '][index] }}",
            },
          },
        },
        clean: {
          type: "data.set",
          label: "Clean the names",
          params: { fields: { name: "{{ json.name.strip().title() }}" } },
        },
        once: {
          type: "data.remove_duplicates",
          label: "Each one once",
          params: { fields: ["name"] },
        },
        sorted: {
          type: "data.sort",
          label: "By name",
          params: { keys: [{ field: "name", order: "ascending" }] },
        },
      },
      edges: ["start -> people", "people -> clean", "clean -> once", "once -> sorted"],
      layout: {
        start: [0, 0],
        people: [260, 0],
        clean: [520, 0],
        once: [780, 0],
        sorted: [1040, 0],
      },
    },
  },
  {
    id: "every_morning",
    name: "Every morning at seven",
    summary: "A schedule that starts by itself once the workflow is active.",
    document: {
      tidegate: 1,
      description: "Activate it, and it starts every day at seven.",
      nodes: {
        morning: {
          type: "trigger.schedule",
          label: "Every day at 7",
          params: { cron: "0 7 * * *" },
        },
        report: {
          type: "data.set",
          label: "Write the greeting",
          params: { keep: "none", fields: { text: "{{ 'Good morning! It is ' + str(now()) }}" } },
        },
      },
      edges: ["morning -> report"],
      layout: { morning: [0, 0], report: [260, 0] },
    },
  },
];

export function templateById(id: string): Template {
  return TEMPLATES.find((template) => template.id === id) ?? BLANK;
}

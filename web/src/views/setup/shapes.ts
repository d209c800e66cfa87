/** The lists of the registry and their fields, as `python -m api.page_fields` wrote them down. */
import written from "./shapes.json";

export type FieldType =
  | "text"
  | "texts"
  | "ref"
  | "refs"
  | "choice"
  | "choices"
  | "flag"
  | "number"
  | "integer"
  | "numbers"
  | "amount"
  | "seconds"
  | "time"
  | "clock"
  | "pairs"
  | "parts";

export interface Field {
  name: string;
  /** Key of its name and explanation below `field` and `help` in fields.json. */
  text: string;
  type: FieldType;
  required: boolean;
  /** May be without a value. */
  nullable: boolean;
  choices?: string[];
  /** Where the words of its choices stand, below `word` in fields.json. */
  words?: string;
  /** Path of the list whose objects it names. */
  refers?: string;
  /** Of each of its parts. */
  fields?: Field[];
}

export interface Shape {
  list: string;
  path: string;
  /** Name of its sheet in imports and templates; null: it comes only by hand. */
  template: string | null;
  read: string;
  write: string;
  /** Pattern of its keys. */
  key: string;
  fields: Field[];
}

export const SHAPES = written as Shape[];

/** A list by its name. */
export function shapeOf(list: string): Shape | undefined {
  return SHAPES.find((one) => one.list === list);
}

/** Lists that belong together, in the order in which one fills them. */
export const GROUPS: Record<string, string[]> = {
  places: ["organisations", "sites", "zones", "equipment"],
  devices: ["gateways", "devices", "device_models", "calibrations"],
  goods: ["customers", "contacts", "products", "orders", "lots", "shipments", "carriers"],
  people: ["people", "teams", "shifts", "rotas", "absences"],
};

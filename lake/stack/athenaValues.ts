import type { ColumnInfo, Row } from "@aws-sdk/client-athena";
import type { Answer } from "../../cli/table";

/** An answer's columns, by the names that Athena and this machine's lake share. */
export function columnsOf(infos: readonly ColumnInfo[]): Answer["columns"] {
  return infos.map(({ Name = "", Type = "varchar" }) => ({ name: Name, type: Type === "float" ? "real" : Type }));
}

/** A row's values: Athena sends every value as text, and none for NULL. */
export function valuesOf({ Data = [] }: Row, columns: Answer["columns"]): unknown[] {
  return columns.map(({ type }, i) => valueAs(Data[i]?.VarCharValue, type));
}

/** As this machine's lake has it: big integers exact, decimals, dates and what has a structure as Athena prints them. */
function valueAs(text: string | undefined, type: string): unknown {
  if (text === undefined) return null;
  switch (type) {
    case "bigint":
      return BigInt(text);
    case "tinyint":
    case "smallint":
    case "integer":
    case "real":
    case "double":
      return Number(text);
    case "boolean":
      return text === "true";
    default:
      return text;
  }
}

/** Whether a row is the header that Athena puts before a SELECT's rows. */
export function isHeader({ Data = [] }: Row, columns: Answer["columns"]): boolean {
  return columns.every(({ name }, i) => Data[i]?.VarCharValue === name);
}

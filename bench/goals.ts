import type { BenchTable, Goal } from "./table";

function show(value: number, unit: Goal["unit"]): string {
  if (unit === undefined) return value.toFixed(2);
  return `${value.toFixed(unit === "s" ? 2 : 0)} ${unit}`;
}

/** All goals next to the measured figures. A missed goal is shown and does not fail the bench. */
export function goalsTable(goals: readonly Goal[]): BenchTable {
  const rows = goals.map(({ figure, atMost, atLeast, measured, unit }) => {
    const isReached = measured <= (atMost ?? Number.POSITIVE_INFINITY) && measured >= (atLeast ?? 0);
    const goal = atMost === undefined ? `>= ${show(atLeast ?? 0, unit)}` : `<= ${show(atMost, unit)}`;
    return [figure, show(measured, unit), goal, isReached ? "reached" : "NOT REACHED"];
  });
  const title = `Goals and measured figures, Node ${process.versions.node}`;
  return { title, columns: ["figure", "measured", "goal", "result"], rows, notes: ["Medians of the rounds."] };
}

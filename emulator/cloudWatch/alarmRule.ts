import type { AlarmState } from "./metricAlarm";

/**
 * Evaluates the rule of a composite alarm: `ALARM("x")`, `OK("x")`, `INSUFFICIENT_DATA("x")`, TRUE, FALSE, NOT, AND, OR and
 * parentheses; NOT binds closest, then AND.
 *
 * @param stateOf the state of an alarm, by its name
 * @throws one line, for a rule that CloudWatch refuses
 */
export function evaluateRule(rule: string, stateOf: (alarm: string) => AlarmState): boolean {
  const tokens = rule.match(/"[^"]*"|[A-Za-z_]+|[()]|\S/g) ?? [];
  let at = 0;
  const wrong = () =>
    new Error(`alarm rule ${rule}: ${tokens[at] === undefined ? "ends too early" : `unexpected ${tokens[at]}`}`);
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at += 1;
    return true;
  };
  const need = (token: string): void => {
    if (!take(token)) throw wrong();
  };

  function alternatives(): boolean {
    let value = conjunction();
    while (take("OR")) value = conjunction() || value;
    return value;
  }

  function conjunction(): boolean {
    let value = negation();
    while (take("AND")) value = negation() && value;
    return value;
  }

  function negation(): boolean {
    return take("NOT") ? !negation() : operand();
  }

  function operand(): boolean {
    if (take("TRUE")) return true;
    if (take("FALSE")) return false;
    if (take("(")) {
      const value = alternatives();
      need(")");
      return value;
    }
    for (const state of ["ALARM", "OK", "INSUFFICIENT_DATA"] as const) if (take(state)) return inState(state);
    throw wrong();
  }

  function inState(state: AlarmState): boolean {
    need("(");
    const name = tokens[at];
    if (name === undefined || !name.startsWith('"')) throw wrong();
    at += 1;
    need(")");
    return stateOf(name.slice(1, -1)) === state;
  }

  const value = alternatives();
  if (at < tokens.length) throw wrong();
  return value;
}

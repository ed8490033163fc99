/** A fake client's answer: a value, or an error by its AWS name. */
export type Answer = object | string;

/** A client that gives these answers in turn and records its requests. */
export function fakeClient(answers: Answer[]) {
  const asked: [string, object][] = [];
  const send = async (command: { constructor: { name: string }; input: object }) => {
    asked.push([command.constructor.name, command.input]);
    const answer = answers.shift();
    if (typeof answer !== "object") throw Object.assign(new Error(`AWS says ${answer}`), { name: answer });
    return answer;
  };
  return { asked, send };
}

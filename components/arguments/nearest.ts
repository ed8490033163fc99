/** The word that was most likely meant by a mistyped one; undefined if no word is close. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const maxDistance = Math.max(1, Math.floor(word.length / 3));
  const measured = words.map((known) => ({ known, distance: editDistance(word.toLowerCase(), known.toLowerCase()) }));
  const [best] = measured.sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= maxDistance ? best.known : undefined;
}

/** How many characters must be inserted, deleted or replaced to turn one text into the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] as number) + (character === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}

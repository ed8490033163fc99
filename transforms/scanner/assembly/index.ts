// The module's exports. `npm run scanner` compiles them into ../module.ts.
export { declareMember, entriesEnd, entriesStart, entryCount, scan } from "./entries";
export { input, inputBytes, output, outputBytes, outputEnds, rowCounts, scratch } from "./memory";
export {
  addKey,
  declareColumn,
  irregularEnd,
  irregularStart,
  position,
  startPlaylist,
  startRows,
  writeRows,
} from "./rows";

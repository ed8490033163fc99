import { suite } from "uvu";
import { checkLikedSongs } from "../support/queries/history/likedSongs";

const test = suite("queries/likedSongs");

test("changes and stays of 180 days follow from the lists that were served", () => checkLikedSongs(180));

test.run();

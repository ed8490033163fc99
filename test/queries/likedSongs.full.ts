import { suite } from "uvu";
import { checkLikedSongs } from "../support/queries/history/likedSongs";

const test = suite("queries over a year of Liked Songs");

test("changes and stays of 365 days follow from the lists that were served", () => checkLikedSongs(365));

test.run();

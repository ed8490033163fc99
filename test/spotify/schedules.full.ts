import { askedSeeds, scheduleSuite } from "../support/spotify/schedules/suite";

scheduleSuite("spotify/schedules", askedSeeds(process.env, 40)).run();

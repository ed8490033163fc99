import { askedSeeds, scheduleSuite } from "../support/spotify/schedules/suite";

scheduleSuite("spotify/schedules", askedSeeds(process.env, 60)).run();

import { askedSeeds, scheduleSuite } from "../support/spotify/schedules/suite";

scheduleSuite("spotify, many seeded schedules", askedSeeds(process.env, 500)).run();

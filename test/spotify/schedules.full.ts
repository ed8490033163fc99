import { askedSeeds, scheduleSuite } from "./schedules/suite";

scheduleSuite("spotify, many seeded schedules", askedSeeds(process.env, 500)).run();

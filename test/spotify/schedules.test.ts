import { scheduleSuite } from "../support/spotify/schedules/suite";

const seeds = Array.from({ length: 4 }, (_, index) => 501 + index);

scheduleSuite("spotify/schedules", seeds).run();

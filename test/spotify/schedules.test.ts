import { scheduleSuite } from "./schedules/suite";

const seeds = Array.from({ length: 10 }, (_, index) => 516 + index);

scheduleSuite("spotify, seeded schedules", seeds).run();

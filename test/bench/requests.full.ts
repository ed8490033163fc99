import { suite } from "uvu";
import { benchRequests } from "../../bench/requests";
import { renderTable } from "../../bench/table";

const test = suite("bench/requests");

test("the requests of a first and a later day meet their goals", async () => {
  console.log(renderTable(await benchRequests()));
});

test.run();

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findPlaylist } from "../../cli/playlistReference";

const test = suite("cli/playlistReference");

const mixtape = { id: "7osf69rrOvLodTvBABtqDC", name: "Mixtape „Été“" };
const mix = { id: "lOUUoN40zPOD8vzmNIrgHj", name: "Mix" };
const long = { id: "mLoulRRVGs1FtZ59V4ZG5p", name: "Long  drive\tnorth" };
const liked = { id: "liked", name: "Liked Songs" };
const imported = { id: "list", name: "" };
const known = [mixtape, mix, long, liked, imported];

const found: [words: string, playlist: object][] = [
  [mixtape.id, mixtape],
  [` ${mixtape.id} `, mixtape],
  [`spotify:playlist:${long.id}`, long],
  [`https://open.spotify.com/playlist/${long.id}?si=1`, long],
  ["liked", liked],
  ["LIKED SONGS", liked],
  ["list", imported],
  ["mix", mix],
  ["mixtape", mixtape],
  ["ete", mixtape],
  ["E\u0301TE\u0301", mixtape],
  ["long drive", long],
];

for (const [words, playlist] of found) {
  test(`found: ${words}`, () => assert.is(findPlaylist(words, known), playlist));
}

const refused: [words: string, message: string][] = [
  [
    "mi",
    '"mi" can be "Mixtape „Été“" (7osf69rrOvLodTvBABtqDC) or "Mix" (lOUUoN40zPOD8vzmNIrgHj); give an id or more of the name',
  ],
  ["drve", 'no stored playlist is called "drve"; the nearest: "Long  drive north" (mLoulRRVGs1FtZ59V4ZG5p)'],
  ["mixtap ete", 'no stored playlist is called "mixtap ete"; the nearest: "Mixtape „Été“" (7osf69rrOvLodTvBABtqDC)'],
];

test("an ambiguous or unknown name lists what there is", () => {
  for (const [words, message] of refused) {
    assert.throws(
      () => findPlaylist(words, known),
      (error: Error) => error.message === message,
    );
  }
});

const radio = { id: "radio", name: 'Night "Shift" Radio' };
const rain = { id: "rain", name: "Everyday, Rain or Shine" };
const rainy = { id: "rainy", name: "Everyday Rain or Shine 2" };
const quoted = { id: "quoted", name: "Don’t “Stop” – Hip-Hop 🌙" };
const language = { id: "language", name: "C++ songs" };
const classics = { id: "classics", name: "Classics" };
const punctuated = [radio, rain, rainy, quoted, language, classics];

const foundWithout: [words: string, playlist: object][] = [
  ["night shift", radio],
  ["“night” shift radio", radio],
  ["everyday rain or shine", rain],
  ["everyday, rain", rain],
  ["everyday: rain or shine 2", rainy],
  ["dont stop", quoted],
  ["don't stop", quoted],
  ["hip hop", quoted],
  ["🌙", quoted],
  ["c++", language],
];

for (const [words, playlist] of foundWithout) {
  test(`found without its punctuation: ${words}`, () => assert.is(findPlaylist(words, punctuated), playlist));
}

test("a part that fits several names without punctuation is ambiguous", () => {
  const either = '"Everyday, Rain or Shine" (rain) or "Everyday Rain or Shine 2" (rainy)';
  assert.is(text("everyday rain", punctuated), `"everyday rain" can be ${either}; give an id or more of the name`);
  assert.match(
    text("?!", punctuated),
    /^no stored playlist is called "\?!"; there are "Night "Shift" Radio" \(radio\), /,
  );
});

const text = (words: string, playlists: { id: string; name: string }[]) => {
  try {
    return findPlaylist(words, playlists).name;
  } catch (error) {
    return (error as Error).message;
  }
};

test("an earlier name finds a playlist that no present name fits", () => {
  const summer = { id: "a", name: "Autumn", earlierNames: ["Spring", "Summer songs"] };
  const other = { id: "b", name: "Songs", earlierNames: ["Winter"] };
  const playlists = [summer, other];
  assert.is(findPlaylist("spring", playlists), summer);
  assert.is(findPlaylist("summer", playlists), summer);
  assert.is(findPlaylist("songs", playlists), other);
  assert.is(findPlaylist("song", playlists), other);
  assert.throws(
    () => findPlaylist("er", playlists),
    (error: Error) => error.message === '"er" can be "Autumn" (a) or "Songs" (b); give an id or more of the name',
  );
});

test("a link to a playlist that is not stored names its id", () => {
  const link = "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M";
  assert.is(
    text(link, [mix]),
    'the playlist 37i9dQZF1DXcBWIGoYBM5M is not stored; there are "Mix" (lOUUoN40zPOD8vzmNIrgHj)',
  );
});

test("without playlists the error says so, and a list is joined or cut", () => {
  assert.is(text("x", []), 'no stored playlist is called "x"; no playlist is stored yet');
  const three = ["A", "AB", "ABC"].map((name) => ({ id: name.toLowerCase(), name }));
  assert.is(
    text("nothing", three),
    'no stored playlist is called "nothing"; there are "A" (a), "AB" (ab) and "ABC" (abc)',
  );
  assert.is(text("b", three), '"b" can be "AB" (ab) or "ABC" (abc); give an id or more of the name');
  const many = Array.from({ length: 12 }, (_, i) => ({ id: `id${i}`, name: `Song ${i}` }));
  assert.match(text("song", many), /"Song 9" \(id9\) and 2 more; give an id/);
});

test("empty words never pick a playlist by its name", () => {
  assert.match(text("", [mix, long]), /^no stored playlist is called ""/);
});

test("a playlist is found by its name and by its id", () => {
  const playlists = fc.uniqueArray(
    fc.record({ id: fc.stringMatching(/^[a-z]{8}$/), name: fc.string({ minLength: 1 }) }),
    {
      selector: ({ id }) => id,
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(playlists, (some) => {
      const [first] = some;
      assert.is(findPlaylist(first!.id, some), first);
    }),
  );
});

test.run();

import { copiedCells } from "../cells";
import { tables } from "../schema";
import { Action, ArtistSlot, Credits, Shape, Slot, Table } from "./numbers";

/** A column that regular rows have, with the slot that it is written from. */
type Column = readonly [table: Table, slot: number];

/** A member that the scanner reads. The target is a slot, a shape or a list of artists. */
type Member = readonly [shape: number, name: string, action: Action, target: number];

// Bounds of what assembly/memory.ts and entries.ts keep.
const mostMembers = 64;
const mostNameBytes = 56;
const mostColumns = 31;

/** Computes what the scanner reads and writes, from the schema and the copied cells. */
export function declarations(): { members: readonly Member[]; columns: readonly Column[] } {
  const copied: { readonly [table: string]: { readonly [column: string]: string } } = copiedCells;
  const items = {
    playlist_id: Slot.PlaylistId,
    position: Slot.Position,
    item_key: Slot.ItemKey,
    item_type: Slot.ItemType,
    is_local: Slot.IsLocal,
  };
  const credit = { artist_position: ArtistSlot.Position, artist_key: ArtistSlot.Key };
  /** Columns that are not only copied. */
  const ownSlots: { readonly [table: string]: { readonly [column: string]: number } } = {
    playlist_items: items,
    tracks: { track_key: Slot.ItemKey, album_key: Slot.AlbumKey, is_local: Slot.ItemIsLocal },
    track_artists: { track_key: ArtistSlot.OwnerKey, ...credit },
    artists: { artist_key: ArtistSlot.Key },
    albums: { album_key: Slot.AlbumKey },
    album_artists: { album_key: ArtistSlot.OwnerKey, ...credit },
  };
  const members: Member[] = [
    [Shape.Line, "body", Action.Object, Shape.Body],
    [Shape.Body, "items", Action.Entries, 0],
    [Shape.Entry, "item", Action.Item, 0],
    [Shape.Entry, "track", Action.Track, 0],
    [Shape.Item, "artists", Action.Artists, Credits.Track],
  ];
  /** Slots and shapes by the shape and the path from it. */
  const slots = new Map<string, number>();
  const shapes = new Map<string, number>();
  let nextShape: number = Shape.Next;
  let nextSlot: number = Slot.Next;

  /** The shape of the object at a path. */
  function shapeAt(shape: number, path: readonly string[]): number {
    if (path.length === 0) return shape;
    const known = shapes.get(`${shape}.${path.join(".")}`);
    if (known !== undefined) return known;
    const isList = path.at(-1) === "0";
    const above = path.slice(0, isList ? -2 : -1);
    const added = nextShape++;
    members.push([shapeAt(shape, above), path[above.length] as string, isList ? Action.First : Action.Object, added]);
    shapes.set(`${shape}.${path.join(".")}`, added);
    return added;
  }

  function read(shape: Shape, path: string, action: Action.Text | Action.Key, slot: number): number {
    const names = path.split(".");
    members.push([shapeAt(shape, names.slice(0, -1)), names.at(-1) as string, action, slot]);
    slots.set(`${shape}.${path}`, slot);
    return slot;
  }

  const { Text, Key } = Action;
  read(Shape.Entry, "is_local", Text, Slot.ServedIsLocal);
  read(Shape.Entry, "added_at", Text, Slot.AddedAt);
  read(Shape.Entry, "added_by.id", Text, Slot.AddedById);
  read(Shape.Item, "id", Key, Slot.Id);
  read(Shape.Item, "uri", Key, Slot.Uri);
  read(Shape.Item, "linked_from.id", Key, Slot.LinkedId);
  read(Shape.Item, "album.id", Key, Slot.AlbumId);
  read(Shape.Item, "album.uri", Key, Slot.AlbumUri);
  read(Shape.Item, "type", Text, Slot.Type);
  read(Shape.Item, "episode", Text, Slot.Episode);
  read(Shape.Item, "is_local", Text, Slot.ItemIsLocal);
  read(Shape.Artist, "id", Key, ArtistSlot.Id);
  read(Shape.Artist, "uri", Key, ArtistSlot.Uri);
  read(Shape.Artist, "name", Text, ArtistSlot.Name);
  members.push([shapeAt(Shape.Item, ["album"]), "artists", Action.Artists, Credits.Album]);

  function slotOf(table: keyof typeof Table, column: string): number {
    const own = ownSlots[table]?.[column];
    if (own !== undefined) return own;
    const shape = table === "playlist_items" ? Shape.Entry : table === "artists" ? Shape.Artist : Shape.Item;
    const copiedPath = copied[table]?.[column];
    if (copiedPath === undefined)
      throw new Error(`${table}.${column} is neither a copied cell nor a slot of the scanner`);
    const path = `${table === "albums" ? "album." : ""}${copiedPath}`;
    const slot = slots.get(`${shape}.${path}`);
    // The scanner forgets the slots of an item if the entry holds a second one.
    if (slot === undefined && shape === Shape.Entry)
      throw new Error(`${path} of an entry needs a slot before AlbumKey`);
    return slot ?? read(shape, path, Text, nextSlot++);
  }

  const names = ["playlist_items", "tracks", "track_artists", "artists", "albums", "album_artists"] as const;
  const columns = names.flatMap((table) =>
    tables[table].map((column): Column => [Table[table], slotOf(table, column)]),
  );
  const hasLongName = members.some(([, name]) => name.length > mostNameBytes);
  const hasManyColumns = names.some((table) => tables[table].length > mostColumns);
  if (hasLongName || hasManyColumns || nextSlot > Slot.End || nextShape > Shape.End || members.length > mostMembers) {
    throw new Error("the scanner has no memory for so many columns: see assembly/memory.ts");
  }
  return { members, columns };
}

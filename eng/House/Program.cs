using System.Globalization;
using RegistryCache.House;

// Prints the rooms of a checkout that was built: files, lines, public types, who uses whom, cycles.
// Usage: RegistryCache.House CHECKOUT [--why FROM TO | --word WORD]
var map = RoomMap.Read(args[0]);
if (args is [_, "--why", var from, var to])
{
    foreach (var example in map.Edges.GetValueOrDefault((from, to)) ?? [])
        Console.WriteLine(example);
    return;
}

if (args is [_, "--word", var asked])
{
    Console.WriteLine(string.Join(Environment.NewLine, Mentions.Of(map, asked)));
    return;
}

Console.WriteLine("| room | files | lines | public types | uses |");
Console.WriteLine("|---|---:|---:|---:|---|");
int files = 0, lines = 0, publicTypes = 0;
foreach (var package in map.Packages)
{
    foreach (var (room, paths) in package.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
    {
        var count = paths.Sum(p => File.ReadLines(p).Count());
        var open = package.Types.Count(t => t.IsPublic && package.RoomOf(t) == room);
        var uses = map.Edges.Keys.Where(e => e.From == room).Select(e => e.To);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {room} | {paths.Count} | {count} | {open} | {string.Join(", ", uses)} |"));
        files += paths.Count;
        lines += count;
        publicTypes += open;
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| all | {files} | {lines} | {publicTypes} | |"));
Console.WriteLine();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{map.Rooms.Count()} rooms, {map.Edges.Count} edges, {map.Cycles().Count} cycles"));
foreach (var cycle in map.Cycles())
    Console.WriteLine("cycle: " + string.Join(" ↔ ", cycle));
foreach (var type in map.Homeless)
    Console.WriteLine("no file of its own: " + type);

// What a change of one thing has to look at: a codec, a kind of store, a parameter, what deletes.
foreach (var word in new[] { "zstd", "LocalKind", "ignore-error", "SweepAsync" })
    Console.WriteLine($"rooms with '{word}' in their code: {string.Join(", ", Mentions.Of(map, word))}");

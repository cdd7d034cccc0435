using Mono.Cecil;

namespace RegistryCache.House;

/// <summary>The rooms of all packages and who uses whom, as the compiled code says.</summary>
public sealed class RoomMap
{
    private readonly Dictionary<string, string> _roomOfType = new(StringComparer.Ordinal);

    private RoomMap(IReadOnlyList<Package> packages)
    {
        Packages = packages;
        foreach (var package in packages)
        {
            foreach (var type in package.Types)
            {
                if (package.RoomOf(type) is { } room)
                    _roomOfType[type.FullName] = room;
                else
                    Homeless.Add(type.FullName);
            }
        }

        foreach (var type in packages.SelectMany(p => p.Types).Where(t => _roomOfType.ContainsKey(t.FullName)))
            AddEdges(type, _roomOfType[type.FullName]);
    }

    public IReadOnlyList<Package> Packages { get; }

    /// <summary>Types whose room no file name tells.</summary>
    public List<string> Homeless { get; } = [];

    /// <summary>Which room uses which, and the types that do, as <c>user → used</c>.</summary>
    public SortedDictionary<(string From, string To), List<string>> Edges { get; } = [];

    public IEnumerable<string> Rooms => Packages.SelectMany(p => p.Files.Keys).Order(StringComparer.Ordinal);

    /// <summary>Reads the packages of a checkout that was built.</summary>
    /// <param name="checkout">The folder with <c>src</c>.</param>
    /// <param name="output">The folder with the compiled packages; by default where a debug build puts each.</param>
    public static RoomMap Read(string checkout, string? output = null)
    {
        string[] order = ["Core", "Oci", "Compression", "Hosting", "Testing", "Testing.NUnit"];
        return new RoomMap([.. order.Select(name => Package.Open(checkout, name, output))]);
    }

    /// <summary>The room of a type, or <see langword="null"/> for a type of another library.</summary>
    /// <param name="type">The type.</param>
    public string? RoomOf(TypeReference type) => _roomOfType.GetValueOrDefault(type.FullName);

    /// <summary>The groups of rooms that use each other in a circle.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Cycles()
    {
        var reach = Rooms.ToDictionary(r => r, Reachable, StringComparer.Ordinal);
        var groups = new List<IReadOnlyList<string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var room in Rooms)
        {
            List<string> group = [.. Rooms.Where(other => reach[room].Contains(other) && reach[other].Contains(room))];
            if (group.Count > 0 && seen.Add(group[0]))
                groups.Add(group);
        }

        return groups;
    }

    private HashSet<string> Reachable(string room)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([room]);
        while (open.TryDequeue(out var next))
        {
            foreach (var (from, to) in Edges.Keys)
            {
                if (from == next && found.Add(to))
                    open.Enqueue(to);
            }
        }

        return found;
    }

    private void AddEdges(TypeDefinition type, string room)
    {
        foreach (var used in TypeUses.Of(type))
        {
            if (RoomOf(used) is not { } other || other == room)
                continue;
            if (!Edges.TryGetValue((room, other), out var examples))
                Edges[(room, other)] = examples = [];
            examples.Add($"{type.Name} → {used.Name}");
        }
    }
}

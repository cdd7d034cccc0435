using Mono.Cecil;

namespace RegistryCache.House;

/// <summary>One compiled package of a checkout, and the room of each of its types: the folder of the source file that has the type's name.</summary>
public sealed class Package
{
    private readonly Dictionary<string, string> _roomOfFile = new(StringComparer.Ordinal);
    private readonly HashSet<string> _twice = new(StringComparer.Ordinal);

    private Package(string name, string sources, AssemblyDefinition assembly)
    {
        Name = name;
        Assembly = assembly;
        foreach (var path in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
            Add(Path.GetRelativePath(sources, path).Replace(Path.DirectorySeparatorChar, '/'), path);
    }

    /// <summary>The last part of the package's name, for example <c>Core</c>.</summary>
    public string Name { get; }

    public AssemblyDefinition Assembly { get; }

    /// <summary>The source files of each room.</summary>
    public Dictionary<string, List<string>> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The types that stand in source files, without those that the compiler adds.</summary>
    public IEnumerable<TypeDefinition> Types => Assembly.MainModule.Types.Where(t => !t.Name.StartsWith('<') && t.Namespace.StartsWith("RegistryCache", StringComparison.Ordinal));

    /// <summary>Opens a package of a checkout that was built.</summary>
    /// <param name="checkout">The folder with <c>src</c>.</param>
    /// <param name="name">The last part of the package's name.</param>
    /// <param name="output">The folder with the compiled package; by default where a debug build puts it.</param>
    public static Package Open(string checkout, string name, string? output = null)
    {
        var sources = Path.Combine(checkout, "src", "RegistryCache." + name);
        output ??= Path.Combine(sources, "bin", "Debug", "net10.0");
        var assembly = AssemblyDefinition.ReadAssembly(Path.Combine(output, $"RegistryCache.{name}.dll"), new ReaderParameters { InMemory = true });
        return new Package(name, sources, assembly);
    }

    /// <summary>The room of a type, or <see langword="null"/> when no file, or more than one, has its name.</summary>
    /// <param name="type">The type, not nested.</param>
    public string? RoomOf(TypeDefinition type)
    {
        var stem = type.Name.Split('`')[0];
        return _twice.Contains(stem) ? null : _roomOfFile.GetValueOrDefault(stem);
    }

    private void Add(string relative, string path)
    {
        if (relative.StartsWith("bin/", StringComparison.Ordinal) || relative.StartsWith("obj/", StringComparison.Ordinal))
            return;
        var slash = relative.LastIndexOf('/');
        var room = slash < 0 ? Name : $"{Name}/{relative[..slash]}";
        var stem = relative[(slash + 1)..].Split('.')[0];
        if (_roomOfFile.TryGetValue(stem, out var other) && other != room)
            _twice.Add(stem);
        _roomOfFile[stem] = room;
        if (!Files.TryGetValue(room, out var files))
            Files[room] = files = [];
        files.Add(path);
    }
}

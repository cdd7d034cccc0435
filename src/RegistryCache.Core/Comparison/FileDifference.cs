namespace RegistryCache;

/// <summary>A path that differs between two layers. Paths are those of the layers and foreign text. A whiteout is an entry like any
/// other.</summary>
/// <param name="Left">The entry in the first layer; <see langword="null"/> when only the second has the path.</param>
/// <param name="Right">The entry in the second layer; <see langword="null"/> when only the first has the path.</param>
/// <param name="HasOtherContent">Whether both are files with other bytes. If not, kind, mode, owner or target differ.</param>
public sealed record FileDifference(LayerEntry? Left, LayerEntry? Right, bool HasOtherContent)
{
    /// <summary>The path.</summary>
    public string Path => (Left ?? Right)!.Path;

    /// <summary>What differs, on one line.</summary>
    public override string ToString() => (Left, Right) switch
    {
        (null, { } only) => $"only in the second: {only}",
        ({ } only, null) => $"only in the first: {only}",
        ({ } left, { } right) => $"{left}; {right}{(HasOtherContent ? "; other content" : "")}",
        _ => "nothing",
    };
}

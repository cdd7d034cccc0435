namespace RegistryCache.Core.Folders;

/// <summary>How a folder is saved.</summary>
/// <param name="Difference">What is written on top of the groups that stay; <see langword="null"/> for a new base.</param>
/// <param name="Like">The saved folder that this one is nearest to, if there is any.</param>
/// <param name="Nearest">The comparison with all of it: what is not different keeps the times that are saved already.</param>
internal sealed record FolderPlan(FolderDifference? Difference, SavedFolder? Like, FolderDifference? Nearest)
{
    /// <summary>Layers of the groups that stay, by their number, that are written again without what is not part of the folder any
    /// more.</summary>
    public IReadOnlySet<int> Rewritten { get; init; } = new HashSet<int>();

    /// <summary>Whether the saved folder is this one already.</summary>
    public bool IsUnchanged => Difference is { IsNone: true } same && same.Below.Count == Like!.Groups.Count;
}

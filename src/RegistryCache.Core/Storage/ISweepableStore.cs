namespace RegistryCache.Storage;

/// <summary>A store that can delete what no tag needs any more, as <c>reset=true</c> asks of a directory.</summary>
public interface ISweepableStore
{
    /// <summary>Deletes everything that cannot be reached from a tag. Nothing is deleted when reachability cannot be told for certain.</summary>
    /// <param name="cancellationToken">Cancels the sweep between two deletions.</param>
    Task<SweepReport> SweepAsync(CancellationToken cancellationToken);
}

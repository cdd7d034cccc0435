namespace RegistryCache;

/// <summary>Takes the entries of layers one by one, checked but not applied. See <see cref="LayerApplier"/>.</summary>
public interface ILayerEntrySink
{
    /// <summary>Takes an entry.</summary>
    /// <param name="entry">The entry: its path is relative and leads nowhere else; whiteouts have kinds of their own.</param>
    /// <param name="content">The bytes of a regular file, holes filled with zeros; empty for everything else. Valid until the call ends;
    /// what is not read is skipped.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    ValueTask OnEntryAsync(LayerEntry entry, Stream content, CancellationToken cancellationToken);
}

namespace RegistryCache.Core.Tar;

/// <summary>The content of the current entry, in pieces.</summary>
internal interface IEntryContent
{
    /// <summary>The next piece and where it belongs; empty at the end. Holes are left out. Valid until the next call.</summary>
    ValueTask<(long Offset, ReadOnlyMemory<byte> Data)> ReadAsync(CancellationToken cancellationToken);
}

using RegistryCache.Storage;

namespace RegistryCache.Extensions.Tests.Contracts;

/// <summary>A store in memory that does one thing wrong.</summary>
internal sealed class BrokenStore(InMemoryContentStore inner) : DelegatingContentStore(inner)
{
    public delegate Task<(BlobPushOutcome Outcome, long BytesSent)> Pushing(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);

    public InMemoryContentStore Memory { get; } = inner;

    public string? Name { get; init; }

    public Func<Digest, CancellationToken, Task<long?>>? Find { get; init; }

    public Func<Descriptor, CancellationToken, Task<Stream>>? Open { get; init; }

    public Func<Descriptor, CancellationToken, Task<ByteRangeReader>>? OpenRanges { get; init; }

    public Pushing? Push { get; init; }

    public Func<ManifestReference, long, CancellationToken, Task<ManifestContent?>>? Fetch { get; init; }

    public Func<ManifestContent, string?, CancellationToken, Task>? PushManifest { get; init; }

    public Func<ManifestContent, string, Digest?, Task<bool>>? TryPush { get; init; }

    public Func<ManifestReference, Task<bool>>? Delete { get; init; }

    public Func<string?, Digest, Task<(ManifestRemoval Outcome, string? Reason)>>? Remove { get; init; }

    public override string DisplayName => Name ?? base.DisplayName;

    public override Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken = default) =>
        Find?.Invoke(digest, cancellationToken) ?? base.FindBlobAsync(digest, cancellationToken);

    public override Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        Open?.Invoke(descriptor, cancellationToken) ?? base.OpenBlobAsync(descriptor, cancellationToken);

    public override Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        OpenRanges?.Invoke(descriptor, cancellationToken) ?? base.OpenBlobRangesAsync(descriptor, cancellationToken);

    public override Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken = default) =>
        Push?.Invoke(descriptor, source, progress, cancellationToken) ?? base.PushBlobAsync(descriptor, source, progress, cancellationToken);

    public override Task<ManifestContent?> FetchManifestAsync(
        ManifestReference reference, long maxBytes, CancellationToken cancellationToken = default) =>
        Fetch?.Invoke(reference, maxBytes, cancellationToken) ?? base.FetchManifestAsync(reference, maxBytes, cancellationToken);

    public override Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken = default) =>
        PushManifest?.Invoke(manifest, tag, cancellationToken) ?? base.PushManifestAsync(manifest, tag, cancellationToken);

    public override Task<bool> TryPushManifestAsync(
        ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken = default) =>
        TryPush?.Invoke(manifest, tag, expected) ?? base.TryPushManifestAsync(manifest, tag, expected, cancellationToken);

    public override Task<bool> DeleteManifestAsync(ManifestReference reference, CancellationToken cancellationToken = default) =>
        Delete?.Invoke(reference) ?? base.DeleteManifestAsync(reference, cancellationToken);

    public override Task<(ManifestRemoval Outcome, string? Reason)> RemoveAsync(
        string? tag, Digest manifest, CancellationToken cancellationToken = default) =>
        Remove?.Invoke(tag, manifest) ?? base.RemoveAsync(tag, manifest, cancellationToken);
}

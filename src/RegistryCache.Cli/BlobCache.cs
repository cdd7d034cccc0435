namespace RegistryCache.Cli;

/// <summary>The options of every command that say where copies of blobs from registries are kept on this machine.</summary>
internal static class BlobCache
{
    public const string Place = "--blob-cache";
    public const string Size = "--blob-cache-size";
    public const string Variable = "REGISTRY_CACHE_BLOBS";

    public static IReadOnlyList<string> Options { get; } = [Place, Size];

    public static BuildCacheBuilder UseBlobCache(this BuildCacheBuilder builder, Arguments arguments)
    {
        var size = arguments.One(Size) is { } text ? Bytes(text) : (long?)null;
        var place = arguments.One(Place) ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(place))
            return size is { } bytes ? builder.UseLocalBlobs(place, bytes) : builder.UseLocalBlobs(place);
        return size is null ? builder : throw new UsageException($"{Size} needs {Place} DIR, or the variable {Variable}.");
    }

    private static long Bytes(string text) => ByteSize.Parse(text) is { } size and >= 1
        ? size
        : throw new UsageException($"{Size} must be a size of at least 1, such as 20GiB, not '{ErrorText.QuoteReference(text)}'.");
}

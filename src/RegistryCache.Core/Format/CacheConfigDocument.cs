namespace RegistryCache.Core.Format;

/// <summary>A cache config in JSON: lists that refer to each other by index. Source: BuildKit cache/remotecache/v1/types/spec.go.</summary>
internal sealed class CacheConfigDocument
{
    public GoList<BlobEntry> Layers { get; } = new();

    public GoList<RecordEntry> Records { get; } = new();

    internal sealed class BlobEntry
    {
        public string Blob { get; set; } = "";

        /// <summary>0 when the member is omitted, -1 for a base layer.</summary>
        public int Parent { get; set; }
    }

    internal sealed class RecordEntry
    {
        public GoList<ResultEntry> Results { get; } = new();

        public GoList<ChainEntry> Chains { get; } = new();

        public string Digest { get; set; } = "";

        public GoList<GoList<LinkEntry>> Inputs { get; } = new();
    }

    internal sealed class ResultEntry
    {
        public int Layer { get; set; }

        public CacheTime CreatedAt { get; set; }
    }

    internal sealed class ChainEntry
    {
        public GoList<IndexEntry> Layers { get; } = new();

        public CacheTime CreatedAt { get; set; }
    }

    internal sealed class IndexEntry
    {
        public int Value { get; set; }
    }

    internal sealed class LinkEntry
    {
        public string Selector { get; set; } = "";

        public int Link { get; set; }
    }
}

namespace RegistryCache;

public partial class BuildCache
{
    /// <summary>Folders under keys, in one tag.</summary>
    /// <param name="target">The tag, in <c>--cache-to</c> form, for example <c>type=registry,ref=ghcr.io/acme/ci:nuget</c>.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    public virtual FolderCache Folders(string target) => Folders(new FolderCacheOptions { Target = ParseTarget(target) });

    /// <summary>Folders under keys.</summary>
    /// <param name="options">Where they are, and how they are kept.</param>
    /// <exception cref="RegistryCacheException">There is no target and no source, or no store or codec for them.</exception>
    public virtual FolderCache Folders(FolderCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfDisposed();
        if (options.Target is not null)
        {
            if (options.Target.NamesCompression)
                options = options with { Compression = options.Target.Compression, CompressionLevel = options.Target.CompressionLevel };
            Codecs.Get(options.Compression, options.CompressionLevel);
            CreateExporter(options.Target);
        }

        var reading = new CacheImportOptions { PreferNewest = options.PreferNewest, Progress = options.Progress };
        var places = options.EffectiveSources.Select(s => s.Place).Concat(options.Target?.Places ?? []);
        return new FolderCache(options, SessionContextFor<FolderCache>(places), CreateImporter(options.EffectiveSources, reading));
    }
}

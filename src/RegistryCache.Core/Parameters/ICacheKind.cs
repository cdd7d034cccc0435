namespace RegistryCache.Storage;

/// <summary>A kind of place that caches are kept in: one value of <c>type=…</c> with its parameters. Registries and directories are kinds
/// like any other; a package adds its own through <see cref="ICacheStoreProvider.Kinds"/>.</summary>
public interface ICacheKind
{
    /// <summary>The name, as in <c>type=…</c>: lower-case.</summary>
    string Name { get; }

    /// <summary>The keys of a <c>--cache-from</c> text. All others are errors.</summary>
    IReadOnlyList<string> SourceKeys { get; }

    /// <summary>The keys of a <c>--cache-to</c> text, without those of every export, such as <c>mode</c>. Others are errors.</summary>
    IReadOnlyList<string> TargetKeys { get; }

    /// <summary>Whether a target takes the keys of every export, such as <c>mode</c>. Default <see langword="true"/>.</summary>
    bool TakesExportKeys => true;

    /// <summary>Reads a source. It prints as a text that is read as an equal source.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="CacheParameterException">A parameter is wrong, or this kind cannot be read from.</exception>
    CacheSource ReadSource(CacheParameterReader parameters);

    /// <summary>Reads a target without the keys of every export. It prints as a text that is read as an equal target.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="CacheParameterException">A parameter is wrong, or this kind cannot be written to.</exception>
    CacheTarget ReadTarget(CacheParameterReader parameters);
}

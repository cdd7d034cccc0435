using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary>Reads the texts of sources and targets. Without codecs it accepts every well-formed compression and level.</summary>
internal sealed class CacheTexts
{
    private static readonly ICacheKind[] BuiltInKinds = [new RegistryKind(), new LocalKind(), new InlineKind()];

    private readonly Dictionary<string, ICacheKind> _kinds = new(StringComparer.Ordinal);
    private readonly LayerCodecSet? _codecs;
    private readonly bool _allowsDockerTypesForAll;

    public CacheTexts(IEnumerable<ICacheKind> kinds, LayerCodecSet? codecs, bool allowsDockerTypesForAll)
    {
        _codecs = codecs;
        _allowsDockerTypesForAll = allowsDockerTypesForAll;
        foreach (var kind in BuiltInKinds.Concat(kinds.Distinct()))
        {
            if (!_kinds.TryAdd(kind.Name, kind))
            {
                throw new RegistryCacheException(
                    RegistryCacheErrorCode.InvalidOptions,
                    $"Two kinds of cache are named type={ErrorText.Quote(kind.Name)}: " +
                    $"{_kinds[kind.Name].GetType().Name} and {kind.GetType().Name}. Add one of them.");
            }
        }
    }

    public static CacheTexts WithoutCache { get; } = new([], codecs: null, allowsDockerTypesForAll: false);

    public CacheSource Source(string text, CacheParameterOptions? options = null) => One(Sources(text, options), text, "source");

    public CacheTarget Target(string text, CacheParameterOptions? options = null, bool? allowsDockerTypesForAll = null) =>
        One(Targets(text, options, allowsDockerTypesForAll), text, "target");

    public IReadOnlyList<CacheSource> Sources(string text, CacheParameterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. CacheEntry.ParseMany(text).Select(e => Source(e, options ?? CacheParameterOptions.Strict))];
    }

    public IReadOnlyList<CacheTarget> Targets(string text, CacheParameterOptions? options = null, bool? allowsDockerTypesForAll = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= CacheParameterOptions.Strict;
        var allowsDockerTypes = (allowsDockerTypesForAll ?? _allowsDockerTypesForAll) || options.BuildxCompatible;
        return [.. CacheEntry.ParseMany(text).Select(e => Target(e, options, allowsDockerTypes))];
    }

    /// <summary>Refuses options of a target that was not parsed here and that contradict each other or the codecs.</summary>
    public void Check(CacheTarget target, bool allowsDockerTypesForAll)
    {
        if (ExportKeys.Check(target, _codecs, allowsDockerTypesForAll) is not { } problem)
            return;
        var end = problem.Suggestion is { } suggestion ? $"; did you mean '{suggestion}'?" : ".";
        throw new RegistryCacheException(
            problem.Key == "compression" && _codecs?.Find(target.Compression) is null
                ? RegistryCacheErrorCode.UnsupportedCompression
                : RegistryCacheErrorCode.InvalidOptions,
            $"{problem.Problem}{end} The target is '{ErrorText.Quote(target.ToString())}'.");
    }

    private static T One<T>(IReadOnlyList<T> values, string text, string what) => values is [var value]
        ? value
        : throw new CacheParameterException($"Expected exactly one cache {what}", text, 0, text.Length);

    private static IReadOnlyList<string> AllTargetKeys(ICacheKind kind) =>
        kind.TakesExportKeys ? [.. kind.TargetKeys, .. ExportKeys.All] : kind.TargetKeys;

    private CacheSource Source(CacheEntry entry, CacheParameterOptions options)
    {
        var kind = Kind(entry);
        var parameters = new CacheParameterReader(entry, options);
        parameters.CheckKeys(kind.SourceKeys, key => AllTargetKeys(kind).Contains(key) ? "--cache-to" : OtherKind(key));
        return kind.ReadSource(parameters);
    }

    private CacheTarget Target(CacheEntry entry, CacheParameterOptions options, bool allowsDockerTypesForAll)
    {
        var kind = Kind(entry);
        var parameters = new CacheParameterReader(entry, options);
        parameters.CheckKeys(AllTargetKeys(kind), key => kind.SourceKeys.Contains(key) ? "--cache-from" : OtherKind(key));
        var target = kind.ReadTarget(parameters);
        if (!kind.TakesExportKeys)
            return target;
        target = ExportKeys.Read(parameters, target, _codecs);
        return ExportKeys.Check(target, _codecs, allowsDockerTypesForAll) is { } problem
            ? throw parameters.Error(problem.Key, problem.Problem, problem.Suggestion)
            : target;
    }

    private string? OtherKind(string key) =>
        _kinds.Values.FirstOrDefault(k => k.SourceKeys.Contains(key) || k.TargetKeys.Contains(key)) is { } other
        ? $"type={other.Name}"
        : null;

    private ICacheKind Kind(CacheEntry entry)
    {
        if (_kinds.TryGetValue(entry.Type, out var kind))
            return kind;

        // Types of BuildKit. Source: BuildKit cache/remotecache/{s3,gha,azblob}.
        var isOfBuildKit = entry.Type is "s3" or "gha" or "azblob";
        throw new CacheParameterException(
            isOfBuildKit
                ? $"type={entry.Type} is a cache of BuildKit that this library does not support: " +
                  "it needs a package that adds the type, and there is none yet. Use type=registry or type=local"
                : $"'{ErrorText.Quote(entry.Type)}' is not a type; the types are {string.Join(", ", _kinds.Keys)}",
            entry.Text, entry.TypePosition, entry.Type.Length, "type", isOfBuildKit ? null : NearestName.Of(entry.Type, _kinds.Keys));
    }
}

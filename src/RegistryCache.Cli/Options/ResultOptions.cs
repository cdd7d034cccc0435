using System.CommandLine;

namespace RegistryCache.Cli.Options;

/// <summary>Which layers of a cache a command reads: those of one result, or one layer alone.</summary>
internal sealed class ResultOptions
{
    private readonly TextOption _key = new("--key", "KEY",
        "the key of a folder, or the digest of a record or its start. Without it, the newest result of the cache is read");

    private readonly TextOption _layer = new("--layer", "DIGEST",
        "reads only one layer: the digest of a blob, or the start of one");

    public ResultOptions(Command command)
    {
        command.Add(_key);
        command.Add(_layer);
    }

    /// <summary>Checks the options before anything is read.</summary>
    public void Check(CommandRun run, bool areAllowed)
    {
        var (key, layer) = (run.Get(_key) is not null, run.Get(_layer) is not null);
        if (key && layer)
            throw new UsageException($"{_key.Name} and {_layer.Name} cannot be given together.");
        if ((key || layer) && !areAllowed)
            throw new UsageException($"{(key ? _key : _layer).Name} needs a PATH: / lists all files of the result.");
    }

    /// <summary>The layers, base first.</summary>
    public IReadOnlyList<CacheLayer> Choose(CommandRun run, CacheGraph graph)
    {
        return run.Get(_layer) is { } layer ? [FindLayer(graph, layer)]
            : Newest(run.Get(_key) is { } key ? ResultsOf(graph, key) : graph.Records.SelectMany(r => r.Results));
    }

    /// <summary>The newest result. Steps of one moment can build on each other; the last of them has the most layers.</summary>
    private static IReadOnlyList<CacheLayer> Newest(IEnumerable<CacheResult> results) =>
        results.OrderByDescending(r => r.CreatedAt).ThenByDescending(r => r.Chain?.Length ?? 0).FirstOrDefault()?.Chain?.ToLayers() ?? [];

    private IReadOnlyList<CacheResult> ResultsOf(CacheGraph graph, string key)
    {
        IReadOnlyList<CacheResult> folder = [.. graph.Records.Where(r => FolderCache.KeyOf(r) == key).SelectMany(r => r.Results)];
        if (folder.Count > 0)
            return folder;
        var records = graph.Records.Where(r => Starts(r.Digest, key)).ToList();
        return records.DistinctBy(r => r.Digest).Count() switch
        {
            0 => throw new UsageException(
                $"No folder of this cache has the key '{ErrorText.Quote(key)}', and no record starts with it. ls and inspect show them."),
            1 when records.SelectMany(r => r.Results).ToList() is { Count: > 0 } results => results,
            1 => throw new UsageException($"The record {records[0].Digest} has no result, so it has no files. inspect shows which have."),
            var count => throw new UsageException(
                $"{count} records of this cache start with '{ErrorText.Quote(key)}'. Give {_key.Name} more digits of the digest."),
        };
    }

    private CacheLayer FindLayer(CacheGraph graph, string name)
    {
        var layers = graph.CollectChains().Select(c => c.Top).DistinctBy(l => l.Digest)
            .Where(l => Starts(l.Digest.ToString(), name)).ToList();
        return layers switch
        {
            [var layer] => layer,
            [] => throw new UsageException($"No layer of this cache starts with '{ErrorText.Quote(name)}'. inspect shows them."),
            _ => throw new UsageException(
                $"{layers.Count} layers of this cache start with '{ErrorText.Quote(name)}'. Give {_layer.Name} more digits of the digest."),
        };
    }

    private static bool Starts(string digest, string text) => digest.StartsWith(text, StringComparison.Ordinal)
        || digest.AsSpan(digest.IndexOf(':') + 1).StartsWith(text, StringComparison.Ordinal);
}

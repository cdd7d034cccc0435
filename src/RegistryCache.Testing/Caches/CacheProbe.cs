using System.Globalization;
using System.Text;
using RegistryCache.Storage;
using RegistryCache.Testing.Caches;

namespace RegistryCache.Testing;

/// <summary>What a cache answers, as plain data for the assertions of any test framework. It is read once, and no layer is. It does not
/// change when the cache does. Not thread-safe.</summary>
/// <example><code>
/// var seen = await CacheProbe.ReadAsync(registry.Repository("acme/app"));
/// Assert.That(seen.WouldHit(step), seen.Explain(step).ToString());
/// </code></example>
public sealed class CacheProbe
{
    private readonly BuildSession _session;
    private readonly HashSet<CacheStep> _known = [];

    private CacheProbe(BuildSession session) => _session = session;

    /// <summary>Everything that the cache has.</summary>
    public CacheGraph Graph => _session.Graph;

    /// <summary>Reads the cache of a repository of a registry, without a request.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="tag">The tag. Default: <c>main</c>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RegistryCacheException">The cache cannot be read. A tag that is not there is an empty cache.</exception>
    public static async Task<CacheProbe> ReadAsync(
        TestRepository repository, string tag = "main", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var store = await StoreOfRepository.ReadAsync(repository, tag, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(store, StoreOfRepository.Place, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a cache of a store.</summary>
    /// <param name="store">The store, for example an <see cref="InMemoryContentStore"/>.</param>
    /// <param name="source">Where a cache with this store has it, for example <c>type=registry,ref=example.com/acme/app:main</c>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RegistryCacheException">The cache cannot be read. One that is not there is empty.</exception>
    public static async Task<CacheProbe> ReadAsync(IContentStore store, string source, CancellationToken cancellationToken = default)
    {
        var cache = new BuildCacheBuilder().UseStore(store).UseCompression().Build();
        await using var _ = cache.ConfigureAwait(false);
        return await ReadAsync(cache, source, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a cache through a cache of your own, for example from a directory: <c>type=local,src=./cache</c>.</summary>
    /// <param name="cache">The cache, which knows the kind of the source.</param>
    /// <param name="source">The source.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RegistryCacheException">The cache cannot be read. One that is not there is empty.</exception>
    public static async Task<CacheProbe> ReadAsync(BuildCache cache, string source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var session = await cache.OpenSessionAsync([source], cancellationToken).ConfigureAwait(false);
        return session.Sources.FirstOrDefault(static s => s.Error is not null)?.Error is { } error
            ? throw error
            : new CacheProbe(session);
    }

    /// <summary>Whether the cache has a record of a step, whatever its inputs are, and with or without a result.</summary>
    /// <param name="step">The step.</param>
    public bool HasRecord(CacheStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Graph.Records.Any(record => record.Digest == step.RecordDigest);
    }

    /// <summary>Whether a build would find a step, when it looks up the steps that this one reads first.</summary>
    /// <param name="step">The step.</param>
    public bool WouldHit(CacheStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        LookUpInputs(step);
        return LookUp(step);
    }

    /// <summary>Why a build would find a step or miss it. Its text is a good message for an assertion.</summary>
    /// <param name="step">The step.</param>
    public CacheExplanation Explain(CacheStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        LookUpInputs(step);
        return _session.Explain(step);
    }

    /// <summary>Where the cache was read, and its records, one on each line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var source in _session.Sources)
            text.Append(source.Source).Append(": ").AppendLine(source.Detail);
        foreach (var record in Graph.Records)
        {
            text.Append(CultureInfo.InvariantCulture, $"  record {record.Digest}: {record.Inputs.Length} inputs");
            foreach (var result in record.Results)
                text.Append(CultureInfo.InvariantCulture, $", a result of {result.CreatedAt} with {LayersOf(result)} layers");
            text.AppendLine();
        }

        return text.ToString().TrimEnd();
    }

    private static int LayersOf(CacheResult result) => result.Chain?.Length ?? 0;

    // The session answers at once: it has read the cache.
    private bool LookUp(CacheStep step) => _session.FindAsync(step).GetAwaiter().GetResult() is not null;

    // As a build does: what a step reads is looked up first, and its content can then lead to the step. Chains of steps can be long.
    private void LookUpInputs(CacheStep step)
    {
        var open = new Stack<(CacheStep Step, bool AreInputsKnown)>(InputsOf(step).Select(static s => (s, false)));
        while (open.TryPop(out var next))
        {
            if (_known.Contains(next.Step))
                continue;
            if (next.AreInputsKnown)
            {
                LookUp(next.Step);
                _known.Add(next.Step);
                continue;
            }

            open.Push((next.Step, true));
            foreach (var input in InputsOf(next.Step))
                open.Push((input, false));
        }
    }

    private static IEnumerable<CacheStep> InputsOf(CacheStep step) => step.Inputs.Select(static i => i.Step).OfType<CacheStep>();
}

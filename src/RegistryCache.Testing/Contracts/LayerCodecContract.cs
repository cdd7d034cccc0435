using RegistryCache.Layers;
using RegistryCache.Testing.Contracts;

namespace RegistryCache.Testing;

/// <summary>What every <see cref="ILayerCodec"/> promises, to run against a codec of your own. It needs no test framework. Thread-safe if
/// the function that you give it is.</summary>
/// <example><code>
/// var contract = new LayerCodecContract(() => new MyCodec());
/// foreach (var rule in LayerCodecContract.Rules)
///     Console.WriteLine(await contract.RunAsync(rule));
/// </code></example>
public sealed class LayerCodecContract
{
    private readonly Func<ILayerCodec> _create;

    /// <summary>The contract of a codec.</summary>
    /// <param name="create">Creates the codec, once for each rule.</param>
    public LayerCodecContract(Func<ILayerCodec> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
    }

    /// <summary>All rules, in the order in which they help most: the first broken one often explains the next.</summary>
    public static IReadOnlyList<ContractRule> Rules { get; } = [.. CodecRules.All, .. CodecLevelRules.All, .. CodecDamageRules.All];

    /// <summary>Decides the random damage, so that a run can be repeated: a broken rule names its seed. Default: <see langword="null"/>,
    /// another damage in each run.</summary>
    public int? Seed { get; init; }

    /// <summary>Runs one rule on a new codec.</summary>
    /// <param name="rule">A rule of <see cref="Rules"/>.</param>
    /// <param name="cancellationToken">Cancels the rule.</param>
    /// <returns>That the rule is kept.</returns>
    /// <exception cref="ContractException">The codec breaks the rule.</exception>
    /// <exception cref="ArgumentException">The rule belongs to another contract.</exception>
    public async Task<ContractResult> RunAsync(ContractRule rule, CancellationToken cancellationToken = default)
    {
        if (rule is not CodecRule own)
            throw new ArgumentException("The rule is not about codecs. Take one of LayerCodecContract.Rules.", nameof(rule));
        var codec = _create() ?? throw new InvalidOperationException("The function that creates the codec returned null.");
        var trial = new CodecTrial(own, codec, Seed, cancellationToken);
        return await trial.RunAsync(() => own.Check(trial)).ConfigureAwait(false);
    }
}

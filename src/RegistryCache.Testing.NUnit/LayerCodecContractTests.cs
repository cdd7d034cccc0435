using NUnit.Framework;

namespace RegistryCache.Testing;

/// <summary>Runs the contract of codecs as NUnit tests, one for each rule. Derive a fixture for each codec. A rule that does not apply is
/// ignored, with the reason. A slow one is in the category <c>Slow</c>.</summary>
/// <example><code>
/// internal sealed class MyCodecTests : LayerCodecContractTests
/// {
///     protected override LayerCodecContract Contract => new(() => new MyCodec());
/// }
/// </code></example>
[TestFixture]
public abstract class LayerCodecContractTests : ContractTests
{
    /// <summary>The contract to run.</summary>
    protected abstract LayerCodecContract Contract { get; }

    private static IEnumerable<TestCaseData> Rules => CasesOf(LayerCodecContract.Rules);

    /// <summary>Runs one rule.</summary>
    /// <param name="rule">The rule.</param>
    [TestCaseSource(typeof(LayerCodecContractTests), nameof(Rules))]
    public Task Keeps(ContractRule rule) => RunAsync(Contract.RunAsync(rule));
}

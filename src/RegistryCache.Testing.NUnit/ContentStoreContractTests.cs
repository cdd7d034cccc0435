using NUnit.Framework;

namespace RegistryCache.Testing;

/// <summary>Runs the contract of stores as NUnit tests, one for each rule. Derive a fixture for each store. A rule that does not apply is
/// ignored, with the reason. A slow one is in the category <c>Slow</c>.</summary>
/// <example><code>
/// internal sealed class MyStoreTests : ContentStoreContractTests
/// {
///     protected override ContentStoreContract Contract => new(() => new MyStore());
/// }
/// </code></example>
[TestFixture]
public abstract class ContentStoreContractTests : ContractTests
{
    /// <summary>The contract to run.</summary>
    protected abstract ContentStoreContract Contract { get; }

    private static IEnumerable<TestCaseData> Rules => CasesOf(ContentStoreContract.Rules);

    /// <summary>Runs one rule.</summary>
    /// <param name="rule">The rule.</param>
    [TestCaseSource(typeof(ContentStoreContractTests), nameof(Rules))]
    public Task Keeps(ContractRule rule) => RunAsync(Contract.RunAsync(rule));
}

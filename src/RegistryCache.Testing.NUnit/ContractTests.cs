using NUnit.Framework;

namespace RegistryCache.Testing;

/// <summary>What the fixtures of all contracts have in common. Derive from <see cref="ContentStoreContractTests"/> or
/// <see cref="LayerCodecContractTests"/>.</summary>
public abstract class ContractTests
{
    private protected static IEnumerable<TestCaseData> CasesOf(IEnumerable<ContractRule> rules) => rules.Select(static rule =>
    {
        var test = new TestCaseData(rule).SetName(rule.Name).SetDescription(rule.Source);
        return rule.IsSlow ? test.SetCategory("Slow") : test;
    });

    private protected static async Task RunAsync(Task<ContractResult> run)
    {
        ContractResult result;
        try
        {
            result = await run.ConfigureAwait(false);
        }
        catch (ContractException e)
        {
            // NUnit would print an exception with all its properties, and so everything twice. What the store or codec threw is worth it.
            Assert.Fail(e.InnerException is { } cause ? $"{e.Message}\n{cause}" : e.Message);
            throw;
        }

        if (result.WhyNotApplicable is { } why)
            Assert.Ignore(why);
    }
}

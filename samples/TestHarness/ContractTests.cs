using RegistryCache.Testing;

namespace TestHarness;

/// <summary>The contract of stores on a store of one's own: one test for each rule.</summary>
internal sealed class DictionaryStoreTests : ContentStoreContractTests
{
    protected override ContentStoreContract Contract => new(() => new DictionaryStore())
    {
        DamageBlob = (store, digest) => ((DictionaryStore)store).DamageAsync(digest),
        DamageManifest = (store, digest) => ((DictionaryStore)store).DamageAsync(digest),
    };
}

/// <summary>The same without the fixture, as in a test framework that has no adapter, or in a program.</summary>
internal sealed class ContractWithoutAdapterTests
{
    [Test]
    public async Task The_store_keeps_every_rule()
    {
        var contract = new ContentStoreContract(() => new DictionaryStore());
        var broken = 0;
        foreach (var rule in ContentStoreContract.Rules)
        {
            try
            {
                Console.WriteLine(await contract.RunAsync(rule));
            }
            catch (ContractException e)
            {
                broken++;
                Console.WriteLine(e.Message);
            }
        }

        Assert.That(broken, Is.Zero);
    }
}

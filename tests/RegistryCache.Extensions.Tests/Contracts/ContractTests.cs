using RegistryCache.Storage;
using RegistryCache.Testing;

namespace RegistryCache.Extensions.Tests.Contracts;

/// <summary>A rule that nothing breaks says nothing. Each rule of both contracts is broken here by a store or codec made for it.</summary>
internal sealed class ContractTests
{
    private static IEnumerable<TestCaseData> Stores => BrokenStores.All.Select(static s =>
        new TestCaseData(s.Create, s.Rules).SetName("A store is caught that " + s.Mistake));

    private static IEnumerable<TestCaseData> Codecs => BrokenCodecs.All.Select(static c =>
        new TestCaseData(c.Create, c.Rules).SetName("A codec is caught that " + c.Mistake));

    [TestCaseSource(nameof(Stores))]
    public void A_broken_store_is_caught(Func<InMemoryContentStore, BrokenStore> create, string[] rules)
    {
        var contract = ContractOf(create);
        foreach (var rule in Rules(ContentStoreContract.Rules, rules))
            CheckMessage(Assert.ThrowsAsync<ContractException>(() => contract.RunAsync(rule), rule.Name)!, rule);
    }

    [TestCaseSource(nameof(Codecs))]
    public void A_broken_codec_is_caught(Func<BrokenCodec> create, string[] rules)
    {
        var contract = new LayerCodecContract(create) { Seed = 1 };
        foreach (var rule in Rules(LayerCodecContract.Rules, rules))
            CheckMessage(Assert.ThrowsAsync<ContractException>(() => contract.RunAsync(rule), rule.Name)!, rule);
    }

    [Test]
    public void Every_rule_is_broken_by_something() => Assert.Multiple(() =>
    {
        Assert.That(ContentStoreContract.Rules.Select(static r => r.Name).Except(BrokenStores.All.SelectMany(static s => s.Rules)), Is.Empty);
        Assert.That(LayerCodecContract.Rules.Select(static r => r.Name).Except(BrokenCodecs.All.SelectMany(static c => c.Rules)), Is.Empty);
    });

    [Test]
    public void Rules_are_named_once_and_say_where_they_come_from_and_what_to_do()
    {
        foreach (var rules in new[] { ContentStoreContract.Rules, LayerCodecContract.Rules })
        {
            Assert.That(rules.Select(static r => r.Name), Is.Unique);
            Assert.That(rules.Where(static r => r.Source.Length == 0 || !r.Advice.EndsWith('.')), Is.Empty);
        }
    }

    [Test]
    public async Task A_rule_does_not_apply_without_a_way_to_damage_content_and_says_why()
    {
        var contract = new ContentStoreContract(static () => new InMemoryContentStore());
        var results = new List<ContractResult>();
        foreach (var rule in ContentStoreContract.Rules.Where(static r => !r.IsSlow))
            results.Add(await contract.RunAsync(rule));

        Assert.That(results.Where(static r => !r.IsKept).Select(static r => r.ToString()), Is.EqualTo(new[]
        {
            "does not apply: A blob that was damaged in the store is refused (ContentStoreContract.DamageBlob is not set.)",
            "does not apply: A store that does not verify hands out what it holds (ContentStoreContract.DamageBlob is not set.)",
            "does not apply: A manifest that was damaged in the store is refused (ContentStoreContract.DamageManifest is not set.)",
        }));
    }

    [Test]
    public async Task The_store_is_disposed_and_cleaned_up_after_a_broken_rule_too()
    {
        var log = new List<string>();
        var contract = new ContentStoreContract(() => new Disposable(log))
        {
            CleanUp = _ =>
            {
                log.Add("cleaned up");
                return Task.CompletedTask;
            },
        };

        Assert.ThrowsAsync<ContractException>(() => contract.RunAsync(ContentStoreContract.Rules[0]));
        await contract.RunAsync(ContentStoreContract.Rules[1]);

        Assert.That(log, Is.EqualTo(new[] { "disposed", "cleaned up", "disposed", "cleaned up" }));
    }

    [Test]
    public void A_rule_of_another_contract_is_refused() => Assert.Multiple(() =>
    {
        Assert.ThrowsAsync<ArgumentException>(() => new ContentStoreContract(static () => new InMemoryContentStore()).RunAsync(LayerCodecContract.Rules[0]));
        Assert.ThrowsAsync<ArgumentException>(() => new LayerCodecContract(static () => new BrokenCodec()).RunAsync(ContentStoreContract.Rules[0]));
    });

    [Test]
    public void Cancelling_ends_a_rule_and_does_not_break_it()
    {
        var contract = new ContentStoreContract(static () => new InMemoryContentStore());

        Assert.ThrowsAsync<OperationCanceledException>(() => contract.RunAsync(ContentStoreContract.Rules[1], new CancellationToken(canceled: true)));
    }

    private static void CheckMessage(ContractException error, ContractRule rule)
    {
        Assert.That(error.Rule, Is.SameAs(rule));
        Assert.That(error.Message, Does.StartWith($"Broken rule: {rule.Name}.").And.Contains(rule.Advice).And.Contains("expected:").And.Contains("came:"));
    }

    private static ContentStoreContract ContractOf(Func<InMemoryContentStore, BrokenStore> create) => new(() => create(new InMemoryContentStore()))
    {
        DamageBlob = static async (store, digest) =>
            ((BrokenStore)store).Memory.OverwriteBlob(digest, new byte[(await store.FindBlobAsync(digest))!.Value]),
        DamageManifest = static async (store, digest) =>
            ((BrokenStore)store).Memory.OverwriteManifest(digest, new byte[(await store.ResolveManifestAsync(ManifestReference.ByDigest(digest)))!.Size]),
    };

    private static IEnumerable<ContractRule> Rules(IReadOnlyList<ContractRule> all, string[] names) => names.Select(name => all.Single(r => r.Name == name));

    private sealed class Disposable(List<string> log) : DelegatingContentStore(new InMemoryContentStore()), IDisposable
    {
        public override string DisplayName => "";

        public void Dispose() => log.Add("disposed");
    }
}

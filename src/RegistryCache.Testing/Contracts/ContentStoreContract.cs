using RegistryCache.Core.Errors;
using RegistryCache.Storage;
using RegistryCache.Testing.Contracts;

namespace RegistryCache.Testing;

/// <summary>What every <see cref="IContentStore"/> promises, to run against a store of your own. It needs no test framework. Each rule gets
/// an empty store of its own. Thread-safe if the functions that you give it are.</summary>
/// <example><code>
/// var contract = new ContentStoreContract(() => new MyStore());
/// foreach (var rule in ContentStoreContract.Rules)
///     Console.WriteLine(await contract.RunAsync(rule));
/// </code></example>
public sealed class ContentStoreContract
{
    private readonly Func<CancellationToken, Task<IContentStore>> _create;

    /// <summary>The contract of a store.</summary>
    /// <param name="create">Creates an empty store, once for each rule. The contract disposes it if it is disposable.</param>
    public ContentStoreContract(Func<IContentStore> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = _ => Task.FromResult(create());
    }

    /// <summary>The contract of a store that takes time to create.</summary>
    /// <param name="create">Creates an empty store, once for each rule. The contract disposes it if it is disposable.</param>
    public ContentStoreContract(Func<CancellationToken, Task<IContentStore>> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
    }

    /// <summary>All rules, in the order in which they help most: the first broken one often explains the next.</summary>
    public static IReadOnlyList<ContractRule> Rules { get; } =
    [
        .. StoreBlobRules.All, .. StoreFailureRules.All, .. StoreManifestRules.All, .. StoreRemovalRules.All, .. StoreTagRules.All,
        .. StoreMemoryRules.All,
    ];

    /// <summary>Changes bytes of a stored blob behind the store's back, but not its size. Default: <see langword="null"/>; the rules about
    /// damaged blobs then do not apply.</summary>
    public Func<IContentStore, Digest, Task>? DamageBlob { get; init; }

    /// <summary>Changes bytes of a stored manifest behind the store's back, but not its size. Default: <see langword="null"/>; the rules
    /// about damaged manifests then do not apply.</summary>
    public Func<IContentStore, Digest, Task>? DamageManifest { get; init; }

    /// <summary>Removes what the store leaves behind, such as its directory. Runs after each rule, also after a broken one, when the store
    /// is disposed. Default: nothing.</summary>
    public Func<IContentStore, Task>? CleanUp { get; init; }

    /// <summary>The digest algorithms under which the store can hold blobs. Default: <c>sha256</c>, <c>sha384</c> and <c>sha512</c>.
    /// </summary>
    public IReadOnlyList<string> Algorithms { get; init => field = Option.NotNull(value); } = ["sha256", "sha384", "sha512"];

    /// <summary>Whether single tags can be deleted. Default: <see langword="null"/>, which means when the store has
    /// <see cref="StoreCapabilities.DeleteManifests"/>. Not every registry that deletes manifests can.</summary>
    public bool? DeletesTags { get; init; }

    /// <summary>Whether the store verifies what it hands out, which it need not. Default: <see langword="false"/>.</summary>
    public bool VerifiesReads { get; init; }

    /// <summary>The most bytes that the process may allocate while <see cref="LargeBlobBytes"/> are pushed and read. Set it for a store
    /// that does not hold blobs in memory. Default: <see langword="null"/>, which means sixteen times the blob.</summary>
    public long? MaxAllocatedBytes { get; init => field = value is null ? null : Option.AtLeast(value.Value, 1); }

    /// <summary>The size of the blob for the rule about memory. Default: 256 MiB with <see cref="MaxAllocatedBytes"/>, 16 MiB without.
    /// </summary>
    public long LargeBlobBytes
    {
        get => field > 0 ? field : MaxAllocatedBytes is null ? 16L << 20 : 256L << 20;
        init => field = Option.AtLeast(value, 1);
    }

    /// <summary>Runs one rule on a new store.</summary>
    /// <param name="rule">A rule of <see cref="Rules"/>.</param>
    /// <param name="cancellationToken">Cancels the rule.</param>
    /// <returns>That the rule is kept, or why it does not apply.</returns>
    /// <exception cref="ContractException">The store breaks the rule.</exception>
    /// <exception cref="ArgumentException">The rule belongs to another contract.</exception>
    public async Task<ContractResult> RunAsync(ContractRule rule, CancellationToken cancellationToken = default)
    {
        if (rule is not StoreRule own)
            throw new ArgumentException("The rule is not about stores. Take one of ContentStoreContract.Rules.", nameof(rule));
        var store = await _create(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The function that creates the store returned null.");
        try
        {
            var trial = new StoreTrial(own, store, this, cancellationToken);
            return own.WhyNotFor(this) is { } why
                ? new ContractResult(own, why)
                : await trial.RunAsync(() => own.Check(trial)).ConfigureAwait(false);
        }
        finally
        {
            if (store is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            else
                (store as IDisposable)?.Dispose();
            if (CleanUp is { } cleanUp)
                await cleanUp(store).ConfigureAwait(false);
        }
    }
}

namespace RegistryCache.Testing.Contracts;

/// <summary>A rule about stores.</summary>
internal sealed class StoreRule(string name, string source, string advice, Func<StoreTrial, Task> check, bool isSlow = false)
    : ContractRule(name, source, advice, isSlow)
{
    public Func<StoreTrial, Task> Check { get; } = check;

    public bool NeedsDamagedBlobs { get; init; }

    public bool NeedsDamagedManifests { get; init; }

    public string? WhyNotFor(ContentStoreContract contract)
    {
        if (NeedsDamagedBlobs && contract.DamageBlob is null)
            return $"{nameof(ContentStoreContract)}.{nameof(contract.DamageBlob)} is not set.";
        return NeedsDamagedManifests && contract.DamageManifest is null
            ? $"{nameof(ContentStoreContract)}.{nameof(contract.DamageManifest)} is not set."
            : null;
    }
}

namespace RegistryCache.Testing.Faults;

/// <summary>What a fault may ask of the registry that it happens in.</summary>
internal interface IFaultPlace
{
    TimeProvider Clock { get; }

    RegistryAnswer Challenge(RecordedRequest request, string? error);

    void RevokeTokens();

    string StorageUrl(RecordedRequest request);
}

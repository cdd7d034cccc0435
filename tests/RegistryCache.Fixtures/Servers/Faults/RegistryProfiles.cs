namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Registries of the public by what was reported of their behaviour; the sources are in the registry notes of the client's README.</summary>
public static class RegistryProfiles
{
    public static IReadOnlyDictionary<string, FaultRegistryOptions> All { get; } = new Dictionary<string, FaultRegistryOptions>(StringComparer.Ordinal)
    {
        ["distribution"] = new(),
        ["ecr"] = new()
        {
            Auth = RegistryAuth.Basic,
            RedirectsBlobs = true,
            RangeStaysAtFirstChunk = true,
            RepositoriesMustExist = true,
            IndexFormStatus = 405,
            IndexFormCode = "UNSUPPORTED",
            Location = LocationForm.Absolute,
        },
        ["gar"] = new() { Auth = RegistryAuth.Token, TokenPostStatus = 404, MaxPatches = 1, RedirectsBlobs = true, Location = LocationForm.Absolute },
        ["acr"] = new() { Auth = RegistryAuth.Token, TokenGetStatus = 401, IssuesRefreshTokens = true, RedirectsBlobs = true },
        ["ghcr"] = new() { Auth = RegistryAuth.Token, TokenPostStatus = 405, MaxPatchBytes = 4 << 20, RedirectsBlobs = true, Location = LocationForm.WithoutQuery },
        ["harbor"] = new() { Auth = RegistryAuth.Token, TokenPostStatus = 405, IndexFormStatus = 404, IndexFormCode = "NOT_FOUND" },
        ["artifactory"] = new() { Auth = RegistryAuth.Token, TokenPostStatus = 401, SinglePutStatus = 405, IndexFormStatus = 400, Location = LocationForm.Absolute },
        ["docker-hub"] = new() { Auth = RegistryAuth.Token, TokenPostStatus = 404, RedirectsBlobs = true, SendsRateLimits = true, Location = LocationForm.Absolute },
    };
}

using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>Public registries by what is known of their behaviour. To the profiles of the package this adds behaviours that were only told.</summary>
internal static class PublicRegistries
{
    public static IReadOnlyDictionary<string, TestRegistryOptions> All { get; } = new Dictionary<string, TestRegistryOptions>(StringComparer.Ordinal)
    {
        ["distribution"] = new() { Quirks = new() { SinglePostStatus = 202 } },
        ["ecr"] = new() { Authentication = TestAccount.Basic, Quirks = RegistryQuirks.Ecr with { RedirectsBlobs = true } },
        ["gar"] = Token(RegistryQuirks.GoogleArtifactRegistry with { TokenPostStatus = 404, RedirectsBlobs = true, Location = LocationForm.Absolute }),
        ["acr"] = Token(RegistryQuirks.Acr with { TokenGetStatus = 401, RedirectsBlobs = true }),
        ["ghcr"] = Token(RegistryQuirks.Ghcr with { TokenPostStatus = 405, RedirectsBlobs = true, Location = LocationForm.WithoutQuery }),
        ["harbor"] = Token(RegistryQuirks.Harbor with { TokenPostStatus = 405 }),
        ["artifactory"] = Token(RegistryQuirks.Artifactory),
        ["quay"] = Token(RegistryQuirks.Quay),
        ["nexus"] = Token(RegistryQuirks.Nexus),
        ["gitlab"] = Token(RegistryQuirks.GitLab),
        ["docker-hub"] = Token(RegistryQuirks.DockerHub with { TokenPostStatus = 404, RedirectsBlobs = true, Location = LocationForm.Absolute }),
    };

    private static TestRegistryOptions Token(RegistryQuirks quirks) => new() { Authentication = TestAccount.Bearer, Quirks = quirks };
}

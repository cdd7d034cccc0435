using RegistryCache.Core.Errors;

namespace RegistryCache.Testing;

/// <summary>The behaviour of a <see cref="TestRegistry"/>. The default follows the distribution specification 1.1 and keeps content in
/// memory.</summary>
public sealed record TestRegistryOptions
{
    /// <summary>What the registry does otherwise than the specification says. Default: nothing.</summary>
    public RegistryQuirks Quirks { get; init => field = Option.NotNull(value); } = RegistryQuirks.None;

    /// <summary>Who may use the registry. Default: everybody.</summary>
    public RegistryAuthentication Authentication { get; init => field = Option.NotNull(value); } = RegistryAuthentication.Anonymous;

    /// <summary>Whether the registry speaks HTTPS, with a certificate that it makes for <c>localhost</c> and 127.0.0.1:
    /// <see cref="TestRegistry.Certificate"/>. Default: <see langword="false"/>.</summary>
    public bool Tls { get; init; }

    /// <summary>The directory for content, which is created if it does not exist. The registry finds again what an earlier one left there.
    /// Default: <see langword="null"/>, which keeps content in memory.</summary>
    public string? Directory { get; init; }

    /// <summary>The largest manifest in bytes that is accepted. Default: 4 MiB. Source: distribution-spec 1.1, "Pushing
    /// Manifests".</summary>
    public long MaxManifestBytes { get; init => field = Option.InRange(value, 1, int.MaxValue); } = 4 << 20;

    /// <summary>The clock for lifetimes of tokens and uploads, for the window of a rate limit, for delays and for dates. A fake clock lets
    /// a test move on without waiting. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = Option.NotNull(value); } = TimeProvider.System;
}

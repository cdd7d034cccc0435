using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>Where a fault occurs, and which outcomes are allowed.</summary>
public sealed record FaultPlacement(FaultOperation Operation, string Method, RequestKind Kind, RegistryFault Fault)
{
    public int Occurrence { get; init; } = 1;

    public int Count { get; init; } = 1;

    /// <summary>Whether the run may succeed.</summary>
    public bool MaySucceed { get; init; } = true;

    /// <summary>The errors that may end the run. Empty if it must succeed.</summary>
    public IReadOnlyList<RegistryCacheErrorCode> Errors { get; init; } = [];

    public TestRegistryOptions Registry { get; init; } = new() { Authentication = TestAccount.Bearer };

    /// <summary>The maximum number of requests of this method and kind. It shows that hopeless requests are not repeated.</summary>
    public int? MostRequests { get; init; }

    public override string ToString()
    {
        var times = Count == 1 ? $"{Occurrence}." : "every";
        return $"{Operation}: {times} {Method} {Kind} — {Fault}";
    }
}

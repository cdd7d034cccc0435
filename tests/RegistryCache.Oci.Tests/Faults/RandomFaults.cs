using RegistryCache.Fixtures.Servers;
using RegistryCache.Testing;

namespace RegistryCache.Oci.Tests.Faults;

/// <summary>A fault somewhere in an operation.</summary>
internal sealed record RandomFault(RequestKind Kind, RegistryFault Fault, int Occurrence, int Count)
{
    public override string ToString() => $"{Kind} {Occurrence}. ({Count} times) {Fault}";
}

/// <summary>Faults at random steps of an operation, at random bytes.</summary>
internal static class RandomFaults
{
    private const int Ever = 1_000_000;

    // The largest body of the bench. A cut after the end of a body does nothing.
    private const int LargestBody = 1_500_000;

    /// <summary>A transient fault: it affects one request.</summary>
    public static RandomFault Passing(FaultOperation operation, Random random) => new(Kind(operation, random), Transient(random), random.Next(1, 7), Count: 1);

    /// <summary>Any fault, once, twice or permanently.</summary>
    public static RandomFault Any(FaultOperation operation, Random random) => new(
        Kind(operation, random), random.Next(3) == 0 ? Transient(random) : Odd(random), random.Next(1, 7), random.Next(4) switch { 0 => 2, 1 => Ever, _ => 1 });

    /// <summary>A registry of one of the profiles, or of one with random habits.</summary>
    public static TestRegistryOptions Registry(Random random)
    {
        var profiles = PublicRegistries.All.Values.ToArray();
        if (random.Next(2) == 0)
            return profiles[random.Next(profiles.Length)];
        return new TestRegistryOptions
        {
            Authentication = TestAccount.Of((RegistryAuthenticationKind)random.Next(3)),
            Quirks = new RegistryQuirks
            {
                Location = (LocationForm)random.Next(4),
                RedirectsBlobs = random.Next(2) == 0,
                RangeStaysAtFirstChunk = random.Next(4) == 0,
                OmitsRange = random.Next(4) == 0,
                MountStatus = Pick(random, 201, 202, 401),
                SinglePostStatus = Pick(random, 201, 202),
            },
        };
    }

    private static RequestKind Kind(FaultOperation operation, Random random)
    {
        RequestKind[] kinds = operation switch
        {
            FaultOperation.Export => [RequestKind.Blob, RequestKind.UploadStart, RequestKind.Upload, RequestKind.Manifest, RequestKind.Token],
            FaultOperation.Import => [RequestKind.Manifest, RequestKind.Blob, RequestKind.Storage, RequestKind.Token],
            FaultOperation.Copy => [RequestKind.Manifest, RequestKind.Blob, RequestKind.Storage, RequestKind.Mount, RequestKind.Upload, RequestKind.UploadStart, RequestKind.Token],
            FaultOperation.PullRanges => [RequestKind.Blob, RequestKind.Storage, RequestKind.Token],
            _ => [RequestKind.Blob, RequestKind.UploadStart, RequestKind.Upload, RequestKind.Token],
        };
        return kinds[random.Next(kinds.Length)];
    }

    private static RegistryFault Transient(Random random) => random.Next(12) switch
    {
        0 => RegistryFault.Cut(),
        1 => RegistryFault.LostAnswer(),
        2 => RegistryFault.Status(Pick(random, 408, 425, 429, 500, 502, 503, 504, 520, 599)),
        3 => RegistryFault.Status(Pick(random, 429, 503), "1"),
        4 => RegistryFault.RetryAt(Pick(random, 429, 503), 2),
        5 => RegistryFault.Stall(),
        6 or 7 => RegistryFault.CutAnswer(At(random)),
        8 => RegistryFault.StallAnswer(At(random)),
        9 or 10 => RegistryFault.CutRequest(At(random)),
        _ => RegistryFault.StallRequest(At(random)),
    };

    private static RegistryFault Odd(Random random) => random.Next(13) switch
    {
        0 => RegistryFault.Corrupt(At(random)),
        1 => RegistryFault.Shorter(1 + At(random)),
        2 => RegistryFault.Longer(1 + At(random)),
        3 => RegistryFault.NoLength(),
        4 => RegistryFault.WithoutHeader(Header(random)),
        5 => RegistryFault.WithHeader(Header(random), Value(random)),
        6 => Success(random.Next(200, 209)),
        7 => RegistryFault.RedirectAway(Pick(random, 301, 302, 303, 307, 308)),
        8 => RegistryFault.RedirectHome(Pick(random, 301, 302, 303, 307, 308)),
        9 => RegistryFault.Status(random.Next(400, 600)),
        10 => RegistryFault.TokenExpired(),
        11 => RegistryFault.Unauthorized(),
        _ => RegistryFault.Drip(),
    };

    // A client cannot detect a registry that confirms work that it has not done, so only completed work changes the count.
    private static RegistryFault Success(int status) => new($"success as {status}")
    {
        Change = (_, answer) => answer.Status is >= 200 and < 300 ? answer with { Status = status } : answer,
    };

    // Faults near the start and the end are the most interesting, so small numbers are as likely as large ones.
    private static int At(Random random) => random.Next(4) switch
    {
        0 => random.Next(4),
        1 => random.Next(600),
        2 => random.Next(70_000),
        _ => random.Next(LargestBody),
    };

    private static string Header(Random random) =>
        Pick(random, "Location", "Range", "Content-Range", "Content-Type", "Docker-Content-Digest", "WWW-Authenticate", "Retry-After", "Accept-Ranges", "Content-Encoding");

    private static string Value(Random random) =>
        Pick(random, "", "0-0", "bytes 0-9/10", "http://[", "/", "-1", "99999999999999999999", "sha256:" + new string('0', 64), "Bearer", "gzip", "text/html", ";;;");

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}

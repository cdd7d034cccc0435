namespace RegistryCache.Peers.Jobs;

/// <summary>What is between client and registry.</summary>
/// <param name="Description">In words.</param>
/// <param name="Tls">HTTPS.</param>
/// <param name="RoundTrip">Time added to each round trip.</param>
/// <param name="BytesPerSecond">The most bytes in a second of each connection.</param>
internal sealed record Line(string Description, bool Tls = false, TimeSpan RoundTrip = default, double? BytesPerSecond = null)
{
    public static Line Loopback { get; } = new("plain HTTP over loopback");

    public static Line Https { get; } = new("HTTPS over loopback", Tls: true);

    public static Line Far { get; } = new("HTTPS through 20 ms round trip", Tls: true, RoundTrip: TimeSpan.FromMilliseconds(20));

    public static Line Slow { get; } = new("plain HTTP through 20 ms round trip", RoundTrip: TimeSpan.FromMilliseconds(20));

    public static Line Capped { get; } = new("plain HTTP, each connection capped at 20 MB/s", BytesPerSecond: 20e6);

    public bool NeedsProxy => RoundTrip > TimeSpan.Zero || BytesPerSecond is not null;
}

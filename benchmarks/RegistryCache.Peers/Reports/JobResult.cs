namespace RegistryCache.Peers.Reports;

/// <summary>One job with the rows of all programs.</summary>
internal sealed record JobResult(string Name, string Description, IReadOnlyList<Row> Rows)
{
    /// <summary>The fastest peer by its median; null if no peer succeeded.</summary>
    public Row? BestPeer => Rows.Where(row => row is { Role: Role.Peer, Seconds: not null }).MinBy(row => row.Seconds!.Median);

    /// <summary>How many times as fast as the best peer a program is. Above 1 is faster. Null without a peer.</summary>
    public double? Ratio(Row row) => row.Seconds is { } own && BestPeer?.Seconds is { } best ? best.Median / own.Median : null;
}
